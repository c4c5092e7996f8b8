using System.Globalization;

namespace AgentChain.Budgets;

/// <summary>How one header carries a deadline, as remaining time. Pure.</summary>
/// <param name="Header">The name of the header.</param>
/// <param name="Limit">The limit that the header carries.</param>
/// <param name="Form">What a value must be, for messages.</param>
abstract record DeadlineFormat(string Header, BudgetLimit Limit, string Form)
{
    /// <summary>Reads a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="remaining">The remaining time, at least one tick if it has passed; null for no limit.</param>
    /// <returns>What is wrong with the value, without the value itself; null if it was read.</returns>
    public string? Read(string? value, out TimeSpan? remaining)
    {
        remaining = null;
        if (string.IsNullOrWhiteSpace(value))
        {
            return "is empty";
        }

        string? problem = ReadTicks(value.Trim(), out double? ticks);
        if (problem is null && ticks < TimeSpan.MaxValue.Ticks)
        {
            remaining = new TimeSpan(Math.Max(1, (long)ticks.Value));
        }

        return problem;
    }

    /// <summary>Writes a remaining time, rounded down; one that has passed becomes the shortest that the header can carry.</summary>
    public abstract string Write(TimeSpan remaining);

    /// <summary>Reads a value in ticks; null for no limit.</summary>
    protected abstract string? ReadTicks(string value, out double? ticks);

    protected static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}
