using System.Text.Json;

namespace AgentChain.Simulation;

/// <summary>Reads the lines of Mooncake's traces and of Dynamo's agentic ones.</summary>
static class MooncakeTrace
{
    public static IEnumerable<Arrival> Read(TextReader reader, ArrivalCheck check)
    {
        double? first = null;
        foreach ((long row, string line) in TraceLines.Of(reader, check))
        {
            MooncakeRow read = Parse(row, line);
            string[] waitFor = Names(row, "wait_for", read.WaitFor);
            bool isRoot = waitFor.Length == 0;
            if (isRoot && read.Timestamp is null)
            {
                throw check.Error(row, "timestamp", "the field is missing; only a row with wait_for can leave it out.");
            }

            double at = check.Timestamp(row, "timestamp", read.Timestamp ?? first ?? 0);
            double start = isRoot ? first ??= at : first ?? at;
            if (isRoot && at < start)
            {
                throw check.Error(row, "timestamp", OptionCheck.Text($"{at} ms is before the first row ({start} ms); sort the trace by time."));
            }

            yield return new Arrival
            {
                Row = row,
                Time = check.Milliseconds(row, "timestamp", Math.Max(0, at - start)),
                InputTokens = Tokens(row, "input_length", read.InputLength),
                OutputTokens = Tokens(row, "output_length", read.OutputLength),
                Prefix = Array.FindIndex(read.HashIds ?? [], id => id < 0) is >= 0 and var bad
                    ? throw check.Error(row, "hash_ids", OptionCheck.Text($"{read.HashIds![bad]} is negative."))
                    : read.HashIds ?? [],
                Id = read.RequestId,
                Session = read.SessionId,
                WaitFor = waitFor,
                Branches = Names(row, "branches", read.Branches),
                ResetsPrefix = read.PrefixReset ?? false,
                Delay = Time(row, "delay", read.Delay),
                ToolWait = Time(row, "tool_wait_ms", read.ToolWait),
            };
        }

        TimeSpan Time(long row, string field, double? value) => value is { } given ? check.Milliseconds(row, field, given) : TimeSpan.Zero;

        int Tokens(long row, string field, double? value) =>
            value is { } given ? check.Tokens(row, field, given) : throw check.Error(row, field, "the field is missing.");

        string[] Names(long row, string field, string?[]? names) =>
            Array.Exists(names ?? [], string.IsNullOrEmpty) ? throw check.Error(row, field, "the list contains an empty name.") : [.. (names ?? []).Select(name => name!)];

        MooncakeRow Parse(long row, string line)
        {
            try
            {
                return JsonSerializer.Deserialize(line, MooncakeJson.Default.MooncakeRow) ?? throw check.Error(row, null, "the line is null.");
            }
            catch (JsonException error)
            {
                // The message of the cause can quote the line; the field and the column are enough.
                string? field = error.Path is { Length: > 2 } path ? path[2..].Split('[')[0] : null;
                throw check.Error(row, field, OptionCheck.Text($"the line is not valid JSON of a request at column {error.BytePositionInLine + 1}."));
            }
        }
    }
}
