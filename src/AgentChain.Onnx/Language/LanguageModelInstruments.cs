using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Records a model's metrics under the names of OpenTelemetry's generative AI conventions for servers: counts and seconds, never text. An
/// exception of a listener, or of the clock of a generation, never affects the model: the measurement is lost.
/// </summary>
sealed class LanguageModelInstruments : IDisposable
{
    static readonly InstrumentAdvice<double> FirstTokenBuckets =
        new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] };
    static readonly InstrumentAdvice<double> PerTokenBuckets =
        new() { HistogramBucketBoundaries = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1] };

    static readonly InstrumentAdvice<long> BatchBuckets = new() { HistogramBucketBoundaries = [1, 2, 3, 4, 6, 8, 12, 16, 32] };

    readonly Meter _meter;
    readonly bool _ownsMeter;
    readonly Histogram<double>? _firstToken;
    readonly Histogram<double>? _perToken;
    readonly Histogram<long>? _tokens;
    readonly Histogram<long>? _batch;
    readonly Counter<long>? _prefilled;
    readonly KeyValuePair<string, object?>[] _tags;

    public LanguageModelInstruments(IMeterFactory? meters, string model, string device, PrefixCache? prefixes = null)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(new MeterOptions(TelemetryNames.Meter)) ?? new Meter(TelemetryNames.Meter);
        _firstToken = Publish(() => _meter.CreateHistogram(
            "gen_ai.server.time_to_first_token", "s", "Time from the start of the work to the first token.", null, FirstTokenBuckets));
        _perToken = Publish(() => _meter.CreateHistogram(
            "gen_ai.server.time_per_output_token", "s", "Time per token after the first.", null, PerTokenBuckets));
        _tokens = Publish(() => _meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens read and generated."));
        _batch = Publish(() => _meter.CreateHistogram(
            "agentchain.language_model.batch_size", "{sequence}", "Sequences in one decode step.", null, BatchBuckets));
        _prefilled = Publish(() => _meter.CreateCounter<long>(
            "agentchain.language_model.prefilled_tokens", "{token}", "Tokens prefilled before the prompt was final."));
        _tags = [new(TelemetryNames.OperationTag, "chat"), new("gen_ai.request.model", model), new(TelemetryNames.DeviceTag, device)];
        if (prefixes is not null)
        {
            Observe(prefixes);
        }
    }

    public void Record(TokenGenerator generator)
    {
        try
        {
            Record(generator.Statistics);
        }
        catch (Exception)
        {
        }
    }

    public void RecordBatch(int sequences)
    {
        if (_batch is { Enabled: true })
        {
            try
            {
                _batch.Record(sequences, _tags);
            }
            catch (Exception)
            {
            }
        }
    }

    public void RecordPrefill(int tokens)
    {
        try
        {
            if (tokens > 0)
            {
                _prefilled?.Add(tokens, _tags);
            }
        }
        catch (Exception)
        {
        }
    }

    void Record(in GenerationStatistics statistics)
    {
        if (statistics.Steps == 0)
        {
            return;
        }

        _firstToken?.Record(statistics.TimeToFirstToken.TotalSeconds, _tags);
        if (statistics.TokensPerSecond > 0)
        {
            _perToken?.Record(1 / statistics.TokensPerSecond, _tags);
        }

        if (_tokens is { Enabled: true })
        {
            _tokens.Record(statistics.PromptTokens, [.. _tags, new("gen_ai.token.type", "input")]);
            _tokens.Record(statistics.GeneratedTokens, [.. _tags, new("gen_ai.token.type", "output")]);
        }
    }

    /// <summary>Creates an instrument, which tells the listeners; null if one of them throws.</summary>
    static T? Publish<T>(Func<T> create)
        where T : class
    {
        try
        {
            return create();
        }
        catch (Exception)
        {
            return null;
        }
    }

    void Observe(PrefixCache prefixes)
    {
        const string Prefix = "agentchain.language_model.prefix_cache.";
        KeyValuePair<string, object?>[] hit = [.. _tags, new(Prefix + "found", true)], miss = [.. _tags, new(Prefix + "found", false)];
        Publish(() => _meter.CreateObservableUpDownCounter(
            Prefix + "size", () => new Measurement<long>(prefixes.Statistics.BytesHeld, _tags), "By", "Memory of the pages of keys and values."));
        Publish(() => _meter.CreateObservableUpDownCounter(
            Prefix + "leased", () => new Measurement<long>(prefixes.Statistics.BytesLeased, _tags), "By", "Memory of the pages that are leased."));
        Publish(() => _meter.CreateObservableCounter(
            Prefix + "tokens", () => (Measurement<long>[])[new(prefixes.Statistics.HitTokens, hit), new(prefixes.Statistics.MissedTokens, miss)],
            "{token}", "Tokens of prompts that the pages had, and that they did not have."));
        Publish(() => _meter.CreateObservableCounter(
            Prefix + "evictions", () => new Measurement<long>(prefixes.Statistics.Evictions, _tags), "{page}", "Pages that were given up for others."));
    }

    public void Dispose()
    {
        try
        {
            if (_ownsMeter)
            {
                _meter.Dispose();
            }
        }
        catch (Exception)
        {
        }
    }
}
