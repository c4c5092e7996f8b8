using System.Globalization;

namespace AgentChain.Budgets;

/// <summary>A header that carries a plain number of one unit.</summary>
/// <param name="Header">The name of the header.</param>
/// <param name="Limit">The limit that the header carries.</param>
/// <param name="TicksPerUnit">The unit.</param>
/// <param name="Form">What a value must be, for messages.</param>
sealed record NumberDeadline(string Header, BudgetLimit Limit, long TicksPerUnit, string Form) : DeadlineFormat(Header, Limit, Form)
{
    /// <summary>Whether a number that is read can have decimals.</summary>
    public bool ReadsDecimals { get; init; }

    /// <summary>Whether a number is written with decimals, up to microseconds.</summary>
    public bool WritesDecimals { get; init; }

    /// <summary>Whether 0 means that there is no limit; otherwise, it has passed.</summary>
    public bool ZeroIsNone { get; init; }

    public override string Write(TimeSpan remaining) => WritesDecimals
        ? (Math.Max(10, remaining.Ticks - (remaining.Ticks % 10)) / (decimal)TicksPerUnit).ToString("0.######", CultureInfo.InvariantCulture)
        : Digits(Math.Max(1, remaining.Ticks / TicksPerUnit));

    protected override string? ReadTicks(string value, out double? ticks)
    {
        const NumberStyles Whole = NumberStyles.AllowLeadingSign;
        const NumberStyles Decimal = Whole | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        bool isNumber = double.TryParse(value, ReadsDecimals ? Decimal : Whole, CultureInfo.InvariantCulture, out double number);
        ticks = ZeroIsNone && number == 0 ? null : number * TicksPerUnit;
        return isNumber && double.IsFinite(number) ? null : "is not a number";
    }
}
