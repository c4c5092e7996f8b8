namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Tells names from ordinary English words, which follow "this is" or a name as well. Words that are also given names ("will", "may") can
/// only begin a name.
/// </summary>
static class CommonWords
{
    /// <summary>Words that are not part of a name, whatever introduces it and however it is written.</summary>
    static readonly WordSet Function = new("""
        a an the this that these those my your his her its our their some any no not none every each all both one two three four
        five i me you he she it we they us them who whom whose which what what's when where why how there here is am are was were be
        been being do does did done have has had having can could would should shall might must isn't aren't wasn't weren't don't
        doesn't didn't haven't hasn't hadn't can't couldn't won't wouldn't shouldn't and or but so because if then than as while
        until since though although also too just only even still yet again already of in on at to from for with without by about
        into onto over under after before between through during against near up down out off away back around along across behind
        inside outside within via per please thanks thank sorry hello hi hey good bye goodbye yes yeah okay ok well um uh oh hmm sir
        madam very really quite rather pretty almost nearly maybe perhaps probably actually currently now today tomorrow tonight
        yesterday soon later early late always never sometimes often usually ever once twice morning afternoon evening night week
        month year day days new old same other another such more most less least much many few lot first last next bad great fine
        nice right wrong sure ready happy unhappy sad angry upset tired bored hungry thirsty sick ill cold hot lost stuck locked
        broken unable afraid glad curious confused interested worried concerned disappointed terrible awful ridiculous urgent
        important serious correct incorrect true false want wants need needs like likes know knows see tell say says ask asks get
        gets got give gives go goes gone come comes came make makes take takes put use uses used try tries tried find finds found
        look looks think thinks feel feels hope hopes wish wishes call calls called calling speak speaking talk talking pay pays
        paid paying buy bought sell cancel cancelled change changed check help helps open opens close closed send sends sent receive
        received return returned report move moved moving work works working wait waiting live lives read reset renew switch turn
        stop start add remove block unblock share increase order ordered account accounts card cards number numbers phone name names
        bill bills balance plan plans payment payments price money charge charges fee fees orders package delivery data internet
        wifi network service services customer customers support technician visit store shop shops address email password code
        contract device router modem sim message question questions problem problems issue issues line lines time times home house
        office holiday vacation abroad person someone somebody anyone anybody nobody manager agent robot machine human voice friend
        wife husband mother father son daughter behalf business company spelled spelt written misspelled pronounced incorrectly
        wrongly mispronounced said told supposed gonna gotta wanna myself yourself himself herself itself themselves something
        anything nothing everything thing things way place due owe speaker going let lets
        """);

    /// <summary>Words that can begin a name, but are ordinary words after one.</summary>
    static readonly WordSet BeginOnly = new("""
        will may mark bill grace hope rose sue pat art drew frank rich jack summer joy faith ray gene dawn eve dean earl penny ruby
        pearl daisy olive ginger crystal robin grant chase hunter mason cooper parker autumn max guy hank chip cliff forest angel
        destiny harmony charity patience prudence major
        """);

    /// <summary>Ordinary words that are frequent surnames.</summary>
    static readonly WordSet Surnames = new("""
        baker king cook hill brown young black white green gray grey wood woods stone price day rose field fields ford bell bird fox
        wolf banks brooks rivers waters hunter fisher miller carter cooper mason taylor parker porter potter turner walker weaver
        knight bishop pope dean marshall sergeant page love long short little small rich best good sharp swift strong noble power
        powers hall park moon cross church temple gold silver berry lake reed bush branch rice bacon lamb crane swan drake summers
        winters winter snow frost storm west north east england ireland french english welsh scott holland may major prince chance
        case cash bond stock mark ward wall gates bridges street lane hood glass pace camp battle savage blunt bright dark early
        freeman armstrong hardy merry gay sweet darling friend child rush speed burns burn bolt smith driver gardener gardner
        painter shepherd singer butler clerk
        """);

    static readonly WordSet Particles = new("""
        van von de der den del della di da la le bin ibn al el ter ten dos das do san st bint abu mac mc
        """);

    static readonly string[] EnglishEndings =
        ["ing", "ed", "ly", "ous", "ful", "less", "able", "ible", "tion", "sion", "ness", "ment", "ism", "ist", "ive", "ical", "ish",
            "ity", "ward", "wise"];

    /// <summary>Whether a word is never part of a name, not even of one that "my name is" introduces.</summary>
    public static bool IsFunction(ReadOnlySpan<char> word) => !BeginOnly.Contains(word) && (Function.Contains(word) || IsContraction(word));

    /// <summary>Whether a word is an ordinary word, or the name of something that is not a person.</summary>
    public static bool IsCommon(ReadOnlySpan<char> word) =>
        !BeginOnly.Contains(word)
            && (Function.Contains(word) || IsContraction(word) || ContentWords.Contains(word) || OtherNames.Contains(word));

    /// <summary>Whether a word is both an ordinary word and a given name, so that it is one only at the beginning of a name.</summary>
    public static bool BeginsOnly(ReadOnlySpan<char> word) => BeginOnly.Contains(word);

    /// <summary>Whether a word can follow a given name in text without capitals.</summary>
    public static bool CanBeSurname(ReadOnlySpan<char> word) => Surnames.Contains(word) || (!BeginOnly.Contains(word) && !IsCommon(word));

    /// <summary>Whether a single word is too ordinary to be replaced wherever it occurs because a caller has that name.</summary>
    public static bool IsOrdinary(ReadOnlySpan<char> word) => BeginOnly.Contains(word) || IsCommon(word);

    public static bool IsParticle(ReadOnlySpan<char> word) => Particles.Contains(word);

    /// <summary>Whether a word such as "traveling" or "hazardous" is more likely an English word than a name.</summary>
    public static bool LooksEnglish(ReadOnlySpan<char> word)
    {
        foreach (string ending in EnglishEndings)
        {
            if (word.Length > ending.Length + 2 && word.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    static bool IsContraction(ReadOnlySpan<char> word) =>
        word is [_, .., var first, var last] && (Characters.IsApostrophe(first)
            ? last is 's' or 'S' or 'd' or 'D' or 'm' or 'M' or 't' or 'T'
            : word is [_, .., var apostrophe, _, _] && Characters.IsApostrophe(apostrophe) && word[^2..] is "re" or "ll" or "ve" or "RE"
            or "LL" or "VE");
}
