using System.Globalization;
using System.Text.Json;

namespace CapacityPlanner.Description;

/// <summary>Reads a description. Every error names the file and the field, and what is allowed there.</summary>
static class DescriptionFile
{
    const long MostBytes = 16 * 1024 * 1024;
    const double MostMs = 86_400_000;

    public static ChainDescription Read(string path)
    {
        string name = Path.GetFileName(path);
        ChainDescription read;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MostBytes)
            {
                throw Wrong(name, "", "the file has more than 16 MiB.");
            }

            read = JsonSerializer.Deserialize(file, DescriptionJson.Default.ChainDescription) ?? throw Wrong(name, "", "the file is null.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PlannerException(ExitCode.Input, $"The description '{path}' cannot be read: {error.Message}");
        }
        catch (JsonException error)
        {
            string at = error.LineNumber is { } line ? string.Create(CultureInfo.InvariantCulture, $" (line {line + 1})") : "";
            throw Wrong(name, error.Path is { Length: > 2 } field ? field[2..] : "", $"{Problem(error.Message)}{at}");
        }

        new Check(name).All(read);
        return read;
    }

    /// <summary>Says what is wrong without the names of types, which tell a reader of the file nothing.</summary>
    static string Problem(string message) =>
        message.Contains("could not be mapped", StringComparison.Ordinal) ? "there is no such field."
        : message.Contains("could not be converted", StringComparison.Ordinal) ? "the value is not of the right kind."
        : message.Contains("doesn't allow null", StringComparison.Ordinal) ? "the value must not be null."
        : message.IndexOf("missing required properties", StringComparison.Ordinal) is >= 0 and var at ? message[at..].Split(" Path:")[0]
        : message.Split(" Path:")[0];

    static PlannerException Wrong(string file, string field, string problem) =>
        new(ExitCode.Input, $"{file}{(field.Length > 0 ? $", {field}" : "")}: {problem}");

    sealed class Check(string file)
    {
        public void All(ChainDescription read)
        {
            if (read.Devices.Contains(null) || read.Stages.Contains(null))
            {
                throw Wrong(file, read.Devices.Contains(null) ? "devices" : "stages", "an entry is null.");
            }

            Name("name", read.Name);
            Arrivals(read.Arrivals);
            Limits("objective", read.Objective, isRequired: true);
            Limits("budget", read.Budget ?? new() { TotalMs = 1 }, isRequired: true);
            Number("maxTurns", read.MaxTurns, 1, 10_000_000);
            Number("seeds", read.Seeds, 1, 1000);
            Number("plan.target", read.Plan.Target, 0.000001, 1);
            Number("plan.maxSimulations", read.Plan.MaxSimulations, 1, 1_000_000);
            Names("devices", [.. read.Devices.Select(device => device.Name)]);
            for (int i = 0; i < read.Devices.Length; i++)
            {
                DeviceDescription device = read.Devices[i];
                Number(At("devices", i, "servers"), device.Servers, 1, 100_000);
                Number(At("devices", i, "mostServers"), device.MostServers, device.Servers, 100_000);
                Number(At("devices", i, "cost"), device.Cost, 0.000001, 1e12);
                Batching(At("devices", i, "batching"), device.Batching ?? new());
            }

            if (read.Stages.Length == 0)
            {
                throw Wrong(file, "stages", "there must be at least one.");
            }

            Names("stages", [.. read.Stages.Select(stage => stage.Name)]);
            for (int i = 0; i < read.Stages.Length; i++)
            {
                Stage(read, i);
            }

            if (read.Stages[^1].Each is null && !IsBatching(read, read.Stages[^1].Device) && (read.Objective.StallMs ?? read.Budget?.StallMs) is not null)
            {
                throw Wrong(file, "objective.stallMs", "the chain streams no items; give its last stage 'each', or leave the limit out.");
            }
        }

        void Stage(ChainDescription read, int i)
        {
            StageDescription stage = read.Stages[i];
            Device(read, At("stages", i, "device"), stage.Device);
            Device(read, At("stages", i, "promptDevice"), stage.PromptDevice);
            bool batches = IsBatching(read, stage.Device);
            if ((stage.Each is not null || batches) && i < read.Stages.Length - 1)
            {
                throw Wrong(file, At("stages", i, batches ? "device" : "each"), "only the last stage can stream.");
            }

            if (batches == (stage.Latency is not null) || (batches && stage.Each is not null))
            {
                throw Wrong(file, At("stages", i, batches && stage.Latency is null ? "each" : "latency"), batches
                    ? $"the steps of '{stage.Device}' tell the times; leave it out."
                    : "the time of the stage is missing.");
            }

            if (stage.PromptDevice is not null && !(batches && IsBatching(read, stage.PromptDevice)))
            {
                throw Wrong(file, At("stages", i, "promptDevice"), "both devices of the stage must have 'batching'.");
            }

            Latency(At("stages", i, "latency"), stage.Latency ?? new());
            Latency(At("stages", i, "each"), stage.Each ?? new());
            Number(At("stages", i, "tokensPerItem"), stage.TokensPerItem, 1, 1_000_000);
        }

        static bool IsBatching(ChainDescription read, string? name) =>
            Array.Find(read.Devices, device => device.Name == name)?.Batching is not null;

        void Device(ChainDescription read, string field, string? name)
        {
            if (name is not null && !Array.Exists(read.Devices, device => device.Name == name))
            {
                throw Wrong(file, field, $"there is no device '{name}'; devices are {string.Join(", ", read.Devices.Select(device => device.Name))}.");
            }
        }

        void Batching(string field, BatchDescription batching)
        {
            Number($"{field}.promptMs", batching.PromptMs, 0, MostMs);
            Number($"{field}.perPromptTokenMs", batching.PerPromptTokenMs, 0, 1000);
            Number($"{field}.perSquaredPromptTokenMs", batching.PerSquaredPromptTokenMs, 0, 1);
            Number($"{field}.stepMs", batching.StepMs, 0, MostMs);
            Number($"{field}.perSequenceMs", batching.PerSequenceMs, 0, MostMs);
            Number($"{field}.perContextTokenMs", batching.PerContextTokenMs, 0, 1000);
            Number($"{field}.maxBatch", batching.MaxBatch, 1, int.MaxValue);
            Number($"{field}.maxPromptTokens", batching.MaxPromptTokens, 1, int.MaxValue);
            Number($"{field}.maxCachedTokens", batching.MaxCachedTokens, 1, int.MaxValue);
        }

        void Arrivals(ArrivalDescription arrivals)
        {
            Number("arrivals.rate", arrivals.Rate ?? 1, 0.000001, 1e6);
            Number("arrivals.variation", arrivals.Variation, 0, 100);
            Number("arrivals.count", arrivals.Count ?? 1, 1, int.MaxValue);
            Number("arrivals.inputTokens", arrivals.InputTokens, 0, 10_000_000);
            Number("arrivals.outputTokens", arrivals.OutputTokens, 0, 10_000_000);
            Number("arrivals.tokenSigma", arrivals.TokenSigma, 0, 3);
            if (arrivals.File is null && (arrivals.Rate is null || arrivals.Count is null))
            {
                throw Wrong(file, "arrivals", "give a 'file', or a 'rate' and a 'count' of generated arrivals.");
            }

            if (arrivals.File is { } trace && (string.IsNullOrWhiteSpace(trace) || trace.Contains('\0')))
            {
                throw Wrong(file, "arrivals.file", "the name of the trace is empty or contains a null character.");
            }

            if (arrivals.File is not null && (arrivals.Variation != 1 || arrivals.InputTokens != 0 || arrivals.OutputTokens != 0))
            {
                throw Wrong(file, "arrivals", "'variation' and tokens are those of the file; leave them out, or leave out 'file'.");
            }
        }

        void Latency(string field, LatencyDescription latency)
        {
            Number($"{field}.ms", latency.Ms, 0, MostMs);
            Number($"{field}.perInputTokenMs", latency.PerInputTokenMs, 0, MostMs);
            Number($"{field}.perOutputTokenMs", latency.PerOutputTokenMs, 0, MostMs);
            Number($"{field}.sigma", latency.Sigma, 0, 5);
            if (latency.RecordedMs is { } times)
            {
                if (times.Length == 0 || latency is not { Ms: 0, PerInputTokenMs: 0, PerOutputTokenMs: 0 })
                {
                    throw Wrong(file, $"{field}.recordedMs", "recorded times need at least one, and no 'ms' or times per token beside them.");
                }

                for (int i = 0; i < times.Length; i++)
                {
                    Number(At($"{field}.recordedMs", i), times[i], 0, MostMs);
                }
            }
        }

        void Limits(string field, LimitsDescription limits, bool isRequired)
        {
            Number($"{field}.totalMs", limits.TotalMs ?? 1, 0.001, MostMs);
            Number($"{field}.firstOutputMs", limits.FirstOutputMs ?? 1, 0.001, MostMs);
            Number($"{field}.stallMs", limits.StallMs ?? 1, 0.001, MostMs);
            if (isRequired && limits is { TotalMs: null, FirstOutputMs: null, StallMs: null })
            {
                throw Wrong(file, field, "give at least one of 'totalMs', 'firstOutputMs' and 'stallMs'.");
            }

            if (limits.FirstOutputMs > limits.TotalMs)
            {
                throw Wrong(file, field, "the limit on the first output is longer than that on the total.");
            }
        }

        void Names(string field, string[] names)
        {
            for (int i = 0; i < names.Length; i++)
            {
                Name(At(field, i, "name"), names[i]);
                if (Array.FindIndex(names, other => other.Equals(names[i], StringComparison.OrdinalIgnoreCase)) is var first && first < i)
                {
                    throw Wrong(file, At(field, i, "name"), $"'{names[i]}' is also the name of {At(field, first)}.");
                }
            }
        }

        void Name(string field, string name)
        {
            if (string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl) || name.Trim() != name)
            {
                throw Wrong(file, field, "a name must not be empty, begin or end with white space, or contain control characters.");
            }
        }

        void Number(string field, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
            {
                throw Wrong(file, field, string.Create(CultureInfo.InvariantCulture, $"{value} is not from {least} to {most}."));
            }
        }

        static string At(string list, int index, string? field = null) =>
            string.Create(CultureInfo.InvariantCulture, $"{list}[{index}]{(field is null ? "" : $".{field}")}");
    }
}
