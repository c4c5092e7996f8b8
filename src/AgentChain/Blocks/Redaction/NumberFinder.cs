using System.Text.RegularExpressions;

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds e-mail addresses and the numbers that identify a person. The most reliable patterns come first.</summary>
static partial class NumberFinder
{
    const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    const string NotInNumber = @"(?<![\d$€£]|\d[.,-])";

    const string NumberEnds = @"(?!\d|[.,]\d)";

    public static void Find(string text, Findings found)
    {
        if (text.Contains('@', StringComparison.Ordinal) || text.Contains(" at ", StringComparison.OrdinalIgnoreCase))
        {
            found.AddAll(PersonalDataKind.Email, Email(), text);
            found.AddAll(PersonalDataKind.Email, SpokenEmail(), text);
        }

        if (!text.AsSpan().ContainsAnyInRange('0', '9'))
        {
            return;
        }

        found.AddAll(PersonalDataKind.Card, LabelledCard(), text);
        found.AddAll(PersonalDataKind.Card, LastFour(), text);
        foreach (Match run in LongRun().Matches(text))
        {
            FindCard(run.Groups["digits"].Captures, found);
        }

        found.AddAll(PersonalDataKind.Phone, LabelledPhone(), text);
        found.AddAll(PersonalDataKind.Account, LabelledAccount(), text);
        found.AddAll(PersonalDataKind.Phone, WrittenPhone(), text);
        found.AddAll(PersonalDataKind.Account, LongNumber(), text);
    }

    /// <summary>
    /// Finds runs of 13 to 19 digits that pass the Luhn check in groups of digits. From each group on, the longest run wins.
    /// </summary>
    static void FindCard(CaptureCollection groups, Findings found)
    {
        for (int from = 0; from < groups.Count; from++)
        {
            int last = -1;
            string digits = "";
            for (int to = from; to < groups.Count && digits.Length + groups[to].Length <= 19; to++)
            {
                digits += groups[to].Value;
                last = digits.Length >= 13 && Luhn.Passes(digits) ? to : last;
            }

            if (last >= 0)
            {
                found.Add(PersonalDataKind.Card, groups[from].Index, groups[last].Index + groups[last].Length - groups[from].Index);
                from = last;
            }
        }
    }

    [GeneratedRegex(@"(?<![\p{L}\p{N}._%+-])(?<value>[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63})+)", Options)]
    private static partial Regex Email();

    [GeneratedRegex(
        @"(?<![\p{L}\p{N}])(?<value>[\p{L}\p{N}_]+( dot [\p{L}\p{N}_]+){0,3} at [\p{L}\p{N}-]+( dot [\p{L}\p{N}-]+){0,2} dot (com|org|net|edu|gov|info|io|eu|uk|de|fr|es|ca|au|us))(?![\p{L}\p{N}])",
        Options)]
    private static partial Regex SpokenEmail();

    [GeneratedRegex(
        @"\bcards?(\s+(number|no\.?))?(\s+on\s+file)?(\s+(that|which))?(\s+((ending|ends|end)(\s+(in|with|on))?|with|is|are))?(\s+the)?(\s+last\s+(four|4)(\s+digits)?(\s+(are|is))?)?[\s:#*•-]*" +
        @"(?<value>\d([ -]?\d){11,18}|\d( ?\d){3})" + NumberEnds,
        Options)]
    private static partial Regex LabelledCard();

    [GeneratedRegex(@"\blast\s+(four|4)(\s+digits)?(\s+(of|on)\s+(my|the)(\s+\w+)?\s+card)?(\s+(are|is))?[\s:]*(?<value>\d( ?\d){3})" + NumberEnds, Options)]
    private static partial Regex LastFour();

    [GeneratedRegex(NotInNumber + @"(?<digits>\d+)([ -](?<digits>\d+))*" + NumberEnds, Options)]
    private static partial Regex LongRun();

    [GeneratedRegex(
        @"\b((phone|mobile|cell|cellphone|telephone|landline|fax)(\s+(number|no\.?))?(\s+is)?|(call|reach|text)(\s+me)?(\s+back)?\s+(at|on)|my\s+number\s+is)[\s:#]*" +
        @"(?<value>\+?\d{7,15}|\+?\(?\d([ .()-]{0,2}\d){5,14})" + NumberEnds,
        Options)]
    private static partial Regex LabelledPhone();

    [GeneratedRegex(
        @"\b(accounts?|acct\.?|a/c|(customer|member|client)(\s+(number|no\.?|id)))(\s+(number|no\.?|id))?(\s+(is|was|ending|ends)(\s+(in|with))?)?[\s:#]*" +
        @"(?<value>\d{5,12}|\d([ -]?\d){4,11})" + NumberEnds,
        Options)]
    private static partial Regex LabelledAccount();

    [GeneratedRegex(
        @"(?<value>(?<![\d$€£.,])(\+\d([ .()-]{0,2}\d){6,14}|\(\d{3}\) ?\d{3}[ .-]\d{4}|(?<!-)(\d{3}[ .-]\d{3}[ .-]\d{4}|\d{3}-\d{4}|\d{10})))(?!\d|[.,-]\d)",
        Options)]
    private static partial Regex WrittenPhone();

    /// <summary>Matches seven or more digits that no other pattern explains: such a number probably identifies a person.</summary>
    [GeneratedRegex(NotInNumber + @"(?<value>\d{7,})" + NumberEnds, Options)]
    private static partial Regex LongNumber();
}
