using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AgentChain.Diagnostics;

/// <summary>The measurements of requests to models, with the names and the buckets of the GenAI conventions.</summary>
sealed class ModelInstruments
{
    static readonly InstrumentAdvice<double> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    readonly GuardedHistogram _tokens;
    readonly GuardedHistogram _duration;
    readonly GuardedHistogram _firstChunk;

    public ModelInstruments(Meter meter, TelemetryGuard guard)
    {
        _tokens = Histogram(TelemetryNames.TokenUsage, "{token}", "Number of tokens used.", Tokens);
        _duration = Histogram(TelemetryNames.ModelDuration, "s", "Time from a request to a model to the end of its answer.", Seconds);
        _firstChunk = Histogram(TelemetryNames.ModelTimeToFirstChunk, "s", "Time from a request to a model to its first chunk.", Seconds);

        GuardedHistogram Histogram(string name, string unit, string description, InstrumentAdvice<double> advice) =>
            new(guard.Create(() => meter.CreateHistogram(name, unit, description, tags: null, advice)), guard);
    }

    /// <summary>The buckets of the conventions for durations.</summary>
    public static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    /// <summary>Writes the use of a model on a block's span; the tokens of several requests are summed.</summary>
    public static void Tell(Activity? activity, in ModelUsage usage)
    {
        if (activity is null)
        {
            return;
        }

        Set(TelemetryNames.ProviderTag, usage.Provider);
        Set(TelemetryNames.RequestModelTag, usage.RequestedModel);
        Set(TelemetryNames.ResponseModelTag, usage.Model);
        Add(TelemetryNames.InputTokensTag, usage.InputTokens);
        Add(TelemetryNames.OutputTokensTag, usage.OutputTokens);
        if (usage.CachedInputTokens > 0)
        {
            Add(TelemetryNames.CachedInputTokensTag, usage.CachedInputTokens);
        }

        void Set(string tag, string? value)
        {
            if (value is not null)
            {
                activity.SetTag(tag, value);
            }
        }

        void Add(string tag, long count) => activity.SetTag(tag, count + (activity.GetTagItem(tag) as long? ?? 0));
    }

    /// <summary>Records the use of a model.</summary>
    public void Record(
        KeyValuePair<string, object?> chain, KeyValuePair<string, object?> block, string? operation, in ModelUsage usage)
    {
        if (!_tokens.Enabled && !_duration.Enabled && !_firstChunk.Enabled)
        {
            return;
        }

        TagList tags = [chain, block, new(TelemetryNames.OperationTag, operation ?? TelemetryNames.Chat)];
        Add(TelemetryNames.ProviderTag, usage.Provider, ref tags);
        Add(TelemetryNames.RequestModelTag, usage.RequestedModel, ref tags);
        Add(TelemetryNames.ResponseModelTag, usage.Model, ref tags);
        if (usage.Duration is { } duration)
        {
            _duration.Record(duration.TotalSeconds, tags);
        }

        if (usage.TimeToFirstChunk is { } first)
        {
            _firstChunk.Record(first.TotalSeconds, tags);
        }

        Count(usage.InputTokens, "input", tags);
        Count(usage.OutputTokens, "output", tags);

        void Count(long count, string type, TagList with)
        {
            if (count > 0)
            {
                with.Add(TelemetryNames.TokenTypeTag, type);
                _tokens.Record(count, with);
            }
        }

        static void Add(string tag, string? value, ref TagList to)
        {
            if (value is not null)
            {
                to.Add(tag, value);
            }
        }
    }
}
