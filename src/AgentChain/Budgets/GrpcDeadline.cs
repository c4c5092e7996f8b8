using System.Globalization;

namespace AgentChain.Budgets;

/// <summary>The header of gRPC: at most 8 digits and the letter of a unit, from hours to nanoseconds.</summary>
sealed record GrpcDeadline() : DeadlineFormat("grpc-timeout", BudgetLimit.Total, "1 to 8 digits and a unit (H, M, S, m, u or n)")
{
    const int MaxDigits = 8;
    const long MaxNumber = 99_999_999;

    /// <summary>The units in ticks, the smallest first.</summary>
    static readonly (char Letter, double Ticks)[] Units =
    [
        ('n', 0.01),
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    public override string Write(TimeSpan remaining)
    {
        double ticks = Math.Max(remaining.Ticks, Units[0].Ticks);
        (char letter, double unit) = Array.Find(Units, unit => ticks / unit.Ticks < MaxNumber + 1) is { Letter: not '\0' } fits ? fits : Units[^1];
        return Digits(Math.Min(MaxNumber, (long)(ticks / unit))) + letter;
    }

    protected override string? ReadTicks(string value, out double? ticks)
    {
        ticks = null;
        ReadOnlySpan<char> digits = value.AsSpan(0, value.Length - 1);
        (char letter, double unit) = Array.Find(Units, unit => unit.Letter == value[^1]);
        if (letter == '\0')
        {
            return "has no unit";
        }

        if (digits.Length is 0 or > MaxDigits || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return digits.Length > MaxDigits ? "has too many digits" : "is not a number";
        }

        ticks = number * unit;
        return null;
    }
}
