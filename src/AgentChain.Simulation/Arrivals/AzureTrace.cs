using System.Globalization;

namespace AgentChain.Simulation;

/// <summary>Reads the rows of Azure's traces: <c>TIMESTAMP,ContextTokens,GeneratedTokens</c>, with further columns ignored.</summary>
static class AzureTrace
{
    const string Timestamp = "TIMESTAMP";
    const string Context = "ContextTokens";
    const string Generated = "GeneratedTokens";

    public static IEnumerable<Arrival> Read(TextReader reader, ArrivalCheck check)
    {
        int[]? columns = null;
        int width = 0;
        DateTimeOffset? first = null;
        foreach ((long row, string line) in TraceLines.Of(reader, check))
        {
            string[] fields = line.TrimEnd('\r').Split(',');
            if (columns is null)
            {
                columns = [Find(fields, Timestamp), Find(fields, Context), Find(fields, Generated)];
                width = fields.Length;
                continue;
            }

            if (fields.Length != width)
            {
                throw check.Error(row, null, OptionCheck.Text($"the row has {OptionCheck.Count(fields.Length, "field")}, but the header has {width}."));
            }

            DateTimeOffset at = Time(row, fields[columns[0]]);
            TimeSpan time = at - (first ??= at);
            if (time < TimeSpan.Zero)
            {
                throw check.Error(row, Timestamp, "the time is before that of the first row; sort the trace by time.");
            }

            yield return new Arrival
            {
                Row = row,
                Time = check.Milliseconds(row, Timestamp, time.TotalMilliseconds),
                InputTokens = check.Tokens(row, Context, check.Parse(row, Context, fields[columns[1]])),
                OutputTokens = check.Tokens(row, Generated, check.Parse(row, Generated, fields[columns[2]])),
            };

            int Find(string[] header, string name) =>
                Array.FindIndex(header, h => h.Trim().Trim('"').Equals(name, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at
                    ? at
                    : throw check.Error(row, name, $"the header has no such column; it must be {Timestamp},{Context},{Generated}.");
        }

        DateTimeOffset Time(long row, string text) =>
            DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? time
                : throw check.Error(row, Timestamp, $"{ArrivalCheck.Quote(text)} is not a time such as 2023-11-16 18:17:03.9799600.");
    }
}
