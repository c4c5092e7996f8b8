using System.Globalization;

namespace AgentChain.Simulation;

/// <summary>Checks the values of one trace. Each error names the trace, the row and the field.</summary>
sealed class ArrivalCheck(string trace)
{
    /// <summary>The latest time of an arrival after the first one, and the longest wait.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromDays(366);

    /// <summary>The largest time on a trace's own clock: the year 5138 in milliseconds since 1970.</summary>
    const double LatestTimestamp = 1e14;

    /// <summary>The most tokens of one prompt or answer.</summary>
    public const int MostTokens = 100_000_000;

    /// <summary>The most characters of a bad value that an error quotes.</summary>
    const int MostQuoted = 40;

    public string Trace => trace;

    public ArrivalTraceException Error(long row, string? field, string problem, Exception? cause = null) => new(trace, row, field, problem, cause);

    public TimeSpan Milliseconds(long row, string field, double value) =>
        !double.IsFinite(value) ? throw Error(row, field, $"{Number(value)} is not a finite number of milliseconds.")
        : value < 0 ? throw Error(row, field, $"{Number(value)} ms is negative; times must be 0 or more.")
        : value > Latest.TotalMilliseconds ? throw Error(row, field, $"{Number(value)} ms is more than {Latest.TotalDays} days; times are in milliseconds.")
        : TimeSpan.FromTicks((long)Math.Round(value * TimeSpan.TicksPerMillisecond));

    /// <summary>Checks a time on the trace's own clock, such as milliseconds since 1970; only its distance from the first row counts.</summary>
    public double Timestamp(long row, string field, double value) =>
        !double.IsFinite(value) ? throw Error(row, field, $"{Number(value)} is not a finite number of milliseconds.")
        : value < 0 ? throw Error(row, field, $"{Number(value)} ms is negative; times must be 0 or more.")
        : value > LatestTimestamp ? throw Error(row, field, $"{Number(value)} ms is no time; times are in milliseconds.")
        : value;

    public int Tokens(long row, string field, double value) =>
        !double.IsFinite(value) || value != Math.Floor(value) ? throw Error(row, field, $"{Number(value)} is not a whole number of tokens.")
        : value < 0 ? throw Error(row, field, $"{Number(value)} is negative; a number of tokens must be 0 or more.")
        : value > MostTokens ? throw Error(row, field, OptionCheck.Text($"{Number(value)} is more than {MostTokens} tokens."))
        : (int)value;

    public double Parse(long row, string field, ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw Error(row, field, $"{Quote(text)} is not a number.");

    /// <summary>Checks an arrival from host code or a file, and the order of the arrivals that wait for none.</summary>
    public void Arrival(Arrival arrival, long row, TimeSpan before)
    {
        Time(row, nameof(Simulation.Arrival.Time), arrival.Time);
        Time(row, nameof(Simulation.Arrival.Delay), arrival.Delay);
        Time(row, nameof(Simulation.Arrival.ToolWait), arrival.ToolWait);
        Tokens(row, nameof(Simulation.Arrival.InputTokens), arrival.InputTokens);
        Tokens(row, nameof(Simulation.Arrival.OutputTokens), arrival.OutputTokens);
        if (arrival.WaitFor is null || arrival.Branches is null || arrival.Prefix is null)
        {
            throw Error(row, null, "a list is null; leave it out for an empty one.");
        }

        if (arrival.Time < before && arrival.WaitFor.Count == 0)
        {
            throw Error(row, nameof(Simulation.Arrival.Time), $"{OptionCheck.Ms(arrival.Time)} is before the arrival above it ({OptionCheck.Ms(before)}); sort the trace by time.");
        }
    }

    public static string Quote(ReadOnlySpan<char> text) =>
        text.IsWhiteSpace() ? "an empty value" : $"'{OptionCheck.Visible(text.Length > MostQuoted ? $"{text[..MostQuoted]}..." : text.ToString())}'";

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    void Time(long row, string field, TimeSpan time)
    {
        if (time < TimeSpan.Zero || time > Latest)
        {
            throw Error(row, field, $"{OptionCheck.Ms(time)} is not from 0 to {Latest.TotalDays} days.");
        }
    }
}
