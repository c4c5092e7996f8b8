using System.Collections.Frozen;

namespace AgentChain.Blocks.Sentences;

/// <summary>
/// Words that begin sentences. After an initial or an acronym ("U.S."), whose next word is often capitalized anyway, only such a word
/// shows that a new sentence begins.
/// </summary>
static class SentenceStarters
{
    /// <summary>Words that, capitalized, begin a sentence rather than continue a name.</summary>
    static readonly FrozenSet<string> Capitalized = Set("""
        the it it's he he's she she's we we're they they're you you're i i'm i've i'll this that that's these those there here what
        what's when where who why how which whose my your his her its our their a an if so but and or then now next also however
        first second third finally please thanks thank yes no ok okay let let's do does did don't is are was were can could will
        would should may might have has had not never in on at for from with after before while since because although as by to
        until mr mrs ms dr hello hi well oh sorry good great sure every some all many most each both another nobody everyone someone
        today tomorrow yesterday later soon maybe perhaps try go call press open see ask tell take make use get look wait come just
        only still even once again done tonight
        """);

    /// <summary>Words that begin a sentence in text without capitals, where they hardly ever follow an initial or an acronym.</summary>
    static readonly FrozenSet<string> Lowercase = Set("""
        it it's he he's she she's we they you i i'm i've i'll please thanks thank yes no ok okay let let's what what's why
        """);

    public static bool Contains(ReadOnlySpan<char> word, bool capitalized) =>
        (capitalized ? Capitalized : Lowercase).GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
