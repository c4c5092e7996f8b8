using System.Diagnostics.Metrics;
using AgentChain.Diagnostics;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Records a model's metrics under the names of OpenTelemetry's generative AI conventions for servers: counts and seconds, never text.
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
    readonly Histogram<double> _firstToken;
    readonly Histogram<double> _perToken;
    readonly Histogram<long> _tokens;
    readonly Histogram<long> _batch;
    readonly Counter<long> _prefilled;
    readonly KeyValuePair<string, object?>[] _tags;

    public LanguageModelInstruments(IMeterFactory? meters, string model, string device)
    {
        _ownsMeter = meters is null;
        _meter = meters?.Create(new MeterOptions(TelemetryNames.Meter)) ?? new Meter(TelemetryNames.Meter);
        _firstToken = _meter.CreateHistogram(
            "gen_ai.server.time_to_first_token", "s", "Time from the start of the work to the first token.", null, FirstTokenBuckets);
        _perToken = _meter.CreateHistogram(
            "gen_ai.server.time_per_output_token", "s", "Time per token after the first.", null, PerTokenBuckets);
        _tokens = _meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens read and generated.");
        _batch = _meter.CreateHistogram(
            "agentchain.language_model.batch_size", "{sequence}", "Sequences in one decode step.", null, BatchBuckets);
        _prefilled = _meter.CreateCounter<long>(
            "agentchain.language_model.prefilled_tokens", "{token}", "Tokens prefilled before the prompt was final.");
        _tags = [new(TelemetryNames.OperationTag, "chat"), new("gen_ai.request.model", model), new(TelemetryNames.DeviceTag, device)];
    }

    public void Record(in GenerationStatistics statistics)
    {
        if (statistics.Steps == 0)
        {
            return;
        }

        _firstToken.Record(statistics.TimeToFirstToken.TotalSeconds, _tags);
        if (statistics.TokensPerSecond > 0)
        {
            _perToken.Record(1 / statistics.TokensPerSecond, _tags);
        }

        if (_tokens.Enabled)
        {
            _tokens.Record(statistics.PromptTokens, [.. _tags, new("gen_ai.token.type", "input")]);
            _tokens.Record(statistics.GeneratedTokens, [.. _tags, new("gen_ai.token.type", "output")]);
        }
    }

    public void RecordBatch(int sequences)
    {
        if (_batch.Enabled)
        {
            _batch.Record(sequences, _tags);
        }
    }

    public void RecordPrefill(int tokens)
    {
        if (tokens > 0)
        {
            _prefilled.Add(tokens, _tags);
        }
    }

    public void Dispose()
    {
        if (_ownsMeter)
        {
            _meter.Dispose();
        }
    }
}
