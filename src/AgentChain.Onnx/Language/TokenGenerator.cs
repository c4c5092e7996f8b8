using System.Collections.Immutable;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents the state of one generation: reads the prompt, then chooses and reads one token after another. Runs on a lane, by itself or in
/// a <see cref="DecodeLoop"/> with others. Not thread-safe.
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
    readonly int _before;
    readonly int[] _next = new int[1];
    long _begun;
    long _first;
    long _last;
    int _steps;
    int _given;

    public TokenGenerator(
        LanguageModelOptions limits, ImmutableArray<int> stops, GenerationOptions options, KeyValueCache cache, int[] prompt,
        IncrementalDecoder decoder, TimeProvider time, string modelName, int given = 0)
    {
        (_limits, _stops, _options, _cache, _prompt, _decoder, _time) = (limits, stops, options, cache, prompt, decoder, time);
        _sampler = new TokenSampler(options, prompt) { ModelName = modelName };
        _reused = cache.Length;

        // The text of these tokens has been passed on, except that of a character that is not complete.
        foreach (int token in prompt.AsSpan(prompt.Length - given))
        {
            decoder.Append(token);
            _sampler.Skip();
        }

        (_given, _before) = (given, given);
    }

    /// <summary>The reason the generation ended, or <see langword="null"/> while it runs.</summary>
    public FinishReason? Finish { get; private set; }

    public GenerationStatistics Statistics => new(
        Finish ?? FinishReason.Stop, _prompt.Length - _before, _reused, _given, _steps,
        _steps == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_begun, _first),
        _steps == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_first, _last));

    /// <summary>Whether the whole prompt has been read, so that the next run is a step of one token.</summary>
    public bool HasReadPrompt => _steps > 0;

    public KeyValueCache Cache => _cache;

    /// <summary>The token that the next step reads.</summary>
    public int NextToken => _next[0];

    /// <summary>The number of tokens given, before this generation too.</summary>
    public int Given => _given;

    /// <summary>The maximum number of tokens still to be given.</summary>
    public int MostLeft => Math.Min(_options.MaxTokens - _given, _cache.Capacity - _cache.Length);

    /// <summary>Reads the next chunk of the prompt. After the last one, chooses the first token.</summary>
    /// <returns>The token to deliver, if any.</returns>
    /// <exception cref="OnnxOutputException">The logits are invalid; the cache has been emptied.</exception>
    public GeneratedToken? ReadPrompt(CancellationToken cancellationToken)
    {
        if (_begun == 0)
        {
            _begun = _time.GetTimestamp();
        }

        int count = Math.Min(_limits.PrefillChunk, _prompt.Length - _cache.Length);
        Span<float> logits = _cache.Read(_prompt.AsSpan(_cache.Length, count), cancellationToken);
        return _cache.Length < _prompt.Length ? null : Take(logits);
    }

    /// <summary>Reads the last token and chooses the next one.</summary>
    /// <inheritdoc cref="ReadPrompt"/>
    public GeneratedToken? Step(CancellationToken cancellationToken) => Take(_cache.Read(_next, cancellationToken));

    /// <summary>Chooses the next token. The cache has read all earlier ones.</summary>
    /// <inheritdoc cref="ReadPrompt"/>
    public GeneratedToken? Take(Span<float> logits)
    {
        int token = Next(logits);
        _last = _time.GetTimestamp();
        _first = _steps++ == 0 ? _last : _first;
        if (_stops.Contains(token))
        {
            Finish = FinishReason.Stop;
            return Rest(token) is { Text.Length: > 0 } rest ? rest : null;
        }

        _next[0] = token;
        Finish = ++_given >= _options.MaxTokens ? FinishReason.MaxTokens : _cache.Length >= _cache.Capacity ? FinishReason.ContextFull : null;
        string text = _decoder.Append(token);
        return new GeneratedToken(token, Finish is null ? text : text + _decoder.Complete());
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
            _cache.Discard();
            throw;
        }
    }

    GeneratedToken Rest(int token) => new(token, _decoder.Complete());
}
