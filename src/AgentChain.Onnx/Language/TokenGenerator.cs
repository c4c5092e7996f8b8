using System.Collections.Immutable;
using AgentChain.Devices;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the state of one generation: reads the prompt, then chooses and reads one token after another. Runs on a lane, one stretch at
/// a time; stretches can run on different threads, but never concurrently.
/// </summary>
sealed class TokenGenerator
{
    readonly LanguageModelOptions _limits;
    readonly ImmutableArray<int> _stops;
    readonly GenerationOptions _options;
    readonly KeyValueCache _cache;
    readonly int[] _prompt;
    readonly TokenSampler _sampler;
    readonly IncrementalDecoder _decoder;
    readonly TimeProvider _time;
    readonly int _reused;
    readonly int[] _next = new int[1];
    long _begun;
    long _first;
    long _last;
    int _steps;
    int _given;

    public TokenGenerator(
        LanguageModelOptions limits, ImmutableArray<int> stops, GenerationOptions options, KeyValueCache cache, int[] prompt,
        IncrementalDecoder decoder, TimeProvider time, string modelName)
    {
        (_limits, _stops, _options, _cache, _prompt, _decoder, _time) = (limits, stops, options, cache, prompt, decoder, time);
        _sampler = new TokenSampler(options, prompt) { ModelName = modelName };
        _reused = cache.Length;
    }

    /// <summary>The reason the generation ended, or <see langword="null"/> while it runs.</summary>
    public FinishReason? Finish { get; private set; }

    public GenerationStatistics Statistics => new(
        Finish ?? FinishReason.Stop, _prompt.Length, _reused, _given, _steps,
        _steps == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_begun, _first),
        _steps == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_first, _last));

    /// <summary>
    /// Generates tokens until the generation ends, <paramref name="give"/> refuses one, or a stretch ends while others want the lane.
    /// </summary>
    /// <returns>The refused token, which the caller must still deliver, or <see langword="null"/>.</returns>
    /// <exception cref="OnnxOutputException">The logits are invalid; the cache has been emptied.</exception>
    public GeneratedToken? Run(DeviceLane lane, Func<GeneratedToken, bool> give, CancellationToken cancellationToken)
    {
        if (_begun == 0)
        {
            _begun = _time.GetTimestamp();
        }

        for (int made = 0; Finish is null && (made < _limits.TokensPerTurnOnLane || !lane.ShouldYield); made++)
        {
            Span<float> logits = _steps == 0 ? Prefill(cancellationToken) : _cache.Read(_next, cancellationToken);
            int token = Next(logits);
            _last = _time.GetTimestamp();
            _first = _steps++ == 0 ? _last : _first;
            if (_stops.Contains(token))
            {
                Finish = FinishReason.Stop;
                return Rest(token) is { Text.Length: > 0 } rest && !give(rest) ? rest : null;
            }

            _next[0] = token;
            Finish = ++_given >= _options.MaxTokens ? FinishReason.MaxTokens : _cache.Length >= _cache.Capacity ? FinishReason.ContextFull : null;
            string text = _decoder.Append(token);
            var generated = new GeneratedToken(token, Finish is null ? text : text + _decoder.Complete());
            if (!give(generated))
            {
                return generated;
            }

            if (made % _limits.TokensPerTurnOnLane == 0)
            {
                // The reader's thread is often woken on this core, where it would wait until this thread sleeps.
                Thread.Yield();
            }
        }

        return null;
    }

    int Next(Span<float> logits)
    {
        try
        {
            return _sampler.Next(logits);
        }
        catch (OnnxOutputException)
        {
            // The keys and values may be invalid too, so the next prompt with the same beginning must not build on them.
            _cache.Rewind(0);
            throw;
        }
    }

    GeneratedToken Rest(int token) => new(token, _decoder.Complete());

    Span<float> Prefill(CancellationToken cancellationToken)
    {
        Span<float> logits = default;
        while (_cache.Length < _prompt.Length)
        {
            int count = Math.Min(_limits.PrefillChunk, _prompt.Length - _cache.Length);
            logits = _cache.Read(_prompt.AsSpan(_cache.Length, count), cancellationToken);
        }

        return logits;
    }
}
