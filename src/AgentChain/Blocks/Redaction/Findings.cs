using System.Diagnostics;
using System.Text.RegularExpressions;

namespace AgentChain.Blocks.Redaction;

/// <summary>The findings in one text. The first finding at a position wins; later findings that overlap it are dropped.</summary>
sealed partial class Findings
{
    readonly List<Finding> _found = [];
    readonly List<(int Start, int End)> _taken = [];

    public Findings(string text)
    {
        foreach (ValueMatch match in Placeholder().EnumerateMatches(text))
        {
            _taken.Add((match.Index, match.Index + match.Length));
        }
    }

    public void Add(PersonalDataKind kind, int start, int length)
    {
        if (length > 0 && !_taken.Exists(t => start < t.End && t.Start < start + length))
        {
            _found.Add(new(kind, start, length));
            _taken.Add((start, start + length));
        }
    }

    /// <summary>Adds the <c>value</c> group of every match.</summary>
    public void AddAll(PersonalDataKind kind, Regex pattern, string text)
    {
        foreach (Match match in pattern.Matches(text))
        {
            Group value = match.Groups["value"];
            Add(kind, value.Index, value.Length);
        }
    }

    public IEnumerable<Finding> InOrder() => _found.OrderBy(f => f.Start);

    [GeneratedRegex(@"\[(?:name|account|card|phone|email)_\d{1,4}\]", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
