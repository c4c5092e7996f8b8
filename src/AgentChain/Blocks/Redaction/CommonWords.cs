using System.Collections.Frozen;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// English words that follow "this is" or a name and are not part of a name. Words that are also given names ("will", "may") can only
/// begin a name.
/// </summary>
static class CommonWords
{
    static readonly FrozenSet<string> Words = Set("""
        a an the this that these those my your his her its our their some any no not none every each all both one two three four five
        i me you he she it we they us them who whom whose which what what's when where why how there here
        is am are was were be been being do does did done have has had having can could would should shall might must
        isn't aren't wasn't weren't don't doesn't didn't haven't hasn't hadn't can't couldn't won't wouldn't shouldn't
        and or but so because if then than as while until since though although also too just only even still yet again already
        of in on at to from for with without by about into onto over under after before between through during against near up down out off
        away back around along across behind inside outside within via per
        please thanks thank sorry hello hi hey good bye goodbye yes yeah okay ok well um uh oh hmm sir madam
        very really quite rather pretty almost about nearly maybe perhaps probably actually currently now today tomorrow tonight yesterday
        soon later early late always never sometimes often usually ever once twice morning afternoon evening night week month year day days
        new old same other another such more most less least much many few lot first last next bad great fine nice right wrong sure ready
        happy unhappy sad angry upset tired bored hungry thirsty sick ill cold hot lost stuck locked broken unable afraid glad curious
        confused interested worried concerned disappointed terrible awful ridiculous urgent important serious correct incorrect true false
        want wants need needs like likes know knows see tell say says ask asks get gets got give gives go goes gone come comes came
        make makes take takes put use uses used try tries tried find finds found look looks think thinks feel feels hope hopes wish wishes
        call calls called calling speak speaking talk talking pay pays paid paying buy bought sell cancel cancelled change changed check
        help helps open opens close closed send sends sent receive received return returned report move moved moving work works working
        wait waiting live lives read reset renew switch turn stop start add remove block unblock share increase order ordered
        account accounts card cards number numbers phone name names bill bills balance plan plans payment payments price money charge
        charges fee fees order orders package delivery data internet wifi network service services customer customers support technician
        visit store shop shops address email password code contract device router modem sim message question questions problem problems
        issue issues line lines time times home house office holiday vacation abroad person someone somebody anyone anybody nobody manager
        agent robot machine human voice friend wife husband mother father son daughter behalf business company spelled spelt written misspelled
        something anything nothing everything thing things way place between due owe speaker going let lets
        """);

    /// <summary>Words that can begin a name, but are ordinary words after one.</summary>
    static readonly FrozenSet<string> BeginOnly = Set("will may mark bill grace hope rose sue pat art drew frank rich jack summer joy faith ray gene");

    static readonly FrozenSet<string> Particles = Set("van von de der den del della di da la le bin ibn al el ter ten dos san st");

    public static bool CannotBeginName(string word) =>
        !BeginOnly.Contains(word) && (Words.Contains(word) || word.Contains('\'', StringComparison.Ordinal) && IsContraction(word));

    public static bool CannotEndName(string word) => Words.Contains(word) || BeginOnly.Contains(word) || IsContraction(word);

    public static bool IsParticle(string word) => Particles.Contains(word);

    /// <summary>Whether a word such as "traveling" or "locked" more likely describes a person than names one after "i am".</summary>
    public static bool LooksLikeVerb(string word) =>
        word.Length > 5 && (word.EndsWith("ing", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ed", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ly", StringComparison.OrdinalIgnoreCase));

    static bool IsContraction(string word) =>
        word.EndsWith("'s", StringComparison.OrdinalIgnoreCase) || word.EndsWith("'re", StringComparison.OrdinalIgnoreCase) ||
        word.EndsWith("'ll", StringComparison.OrdinalIgnoreCase) || word.EndsWith("'ve", StringComparison.OrdinalIgnoreCase) ||
        word.EndsWith("'d", StringComparison.OrdinalIgnoreCase) || word.EndsWith("n't", StringComparison.OrdinalIgnoreCase);

    static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
