using System.Collections;

namespace AgentChain.Blocks.Redaction;

/// <summary>The findings in one text. The first finding at a position wins; later findings that overlap it are dropped.</summary>
sealed class Findings(string text)
{
    readonly List<Finding> _found = [];
    readonly BitArray _taken = new(text.Length);

    /// <summary>Whether a character belongs to a finding.</summary>
    public bool IsTaken(int at) => _taken[at];

    /// <summary>Adds a finding unless it overlaps another one.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(PersonalDataKind kind, int start, int end)
    {
        if (start >= end)
        {
            return false;
        }

        for (int i = start; i < end; i++)
        {
            if (_taken[i])
            {
                return false;
            }
        }

        for (int i = start; i < end; i++)
        {
            _taken[i] = true;
        }

        _found.Add(new(kind, start, end - start));
        return true;
    }

    public IEnumerable<Finding> InOrder() => _found.OrderBy(f => f.Start);
}
