using System.Numerics.Tensors;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Chooses a token from a row of logits: applies the repetition penalty, temperature, top-k and top-p in this order, then draws. Use one
/// sampler per generation; not thread-safe.
/// </summary>
public sealed class TokenSampler
{
    readonly GenerationOptions _options;
    readonly HashSet<int>? _seen;
    ulong _state;
    int _step;
    float[] _weights = [];
    int[] _order = [];

    /// <summary>Creates a sampler.</summary>
    /// <param name="options">The sampling options.</param>
    /// <param name="prompt">The tokens so far, to which the repetition penalty applies.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public TokenSampler(GenerationOptions options, IEnumerable<int>? prompt = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _seen = options.RepetitionPenalty == 1 ? null : [.. prompt ?? []];
        _state = options.Seed ?? (ulong)Random.Shared.NextInt64();
    }

    /// <summary>Gets the name of the model that produces the logits, for messages.</summary>
    /// <value>The default is "the model".</value>
    public string ModelName { get; init; } = "the model";

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">
    /// The logits, one per token of the vocabulary. The repetition penalty modifies them. Negative infinity excludes a token; at least one
    /// token must remain.
    /// </param>
    /// <returns>The ID of the token.</returns>
    /// <exception cref="ArgumentException"><paramref name="logits"/> is empty.</exception>
    /// <exception cref="OnnxOutputException">
    /// The logits contain NaN or infinity, or exclude every token. The exception names the model and the step, which is the number of
    /// tokens chosen before.
    /// </exception>
    public int Next(Span<float> logits)
    {
        if (logits.IsEmpty)
        {
            throw new ArgumentException("The logits are empty.", nameof(logits));
        }

        Penalize(logits);
        int token = IsGreedy ? Best(logits) : Draw(logits);
        _seen?.Add(token);
        _step++;
        return token;
    }

    bool IsGreedy => _options.Temperature == 0 || _options.TopK == 1;

    /// <summary>Goes on as if a token had been chosen, which is in the prompt.</summary>
    internal void Skip()
    {
        _step++;
        _ = IsGreedy ? 0 : Uniform();
    }

    void Penalize(Span<float> logits)
    {
        foreach (int token in _seen ?? [])
        {
            if ((uint)token >= (uint)logits.Length)
            {
                continue;
            }

            ref float logit = ref logits[token];
            logit = logit > 0 ? logit / _options.RepetitionPenalty : logit * _options.RepetitionPenalty;
        }
    }

    int Best(ReadOnlySpan<float> logits)
    {
        int best = TensorPrimitives.IndexOfMax(logits);
        Check(logits[best]);
        return best;
    }

    // The largest value of a row is NaN if any value is, so this check needs no pass of its own.
    void Check(float largest)
    {
        if (!float.IsFinite(largest))
        {
            throw new OnnxOutputException(ModelName, "logits", _step, OnnxOutputException.Problem(largest));
        }
    }

    int Draw(ReadOnlySpan<float> logits)
    {
        float largest = TensorPrimitives.Max(logits);
        Check(largest);
        if (_weights.Length != logits.Length)
        {
            (_weights, _order) = (new float[logits.Length], new int[logits.Length]);
        }

        // TensorPrimitives.SoftMax does not subtract the largest value first, so large logits would overflow.
        TensorPrimitives.Subtract(logits, largest, _weights);
        TensorPrimitives.Divide(_weights, _options.Temperature, _weights);
        TensorPrimitives.SoftMax(_weights, _weights);
        int count = Candidates(out float total);
        double target = Uniform() * total;
        for (int i = 0; i < count - 1; i++)
        {
            target -= _weights[_order[i]];
            if (target < 0)
            {
                return _order[i];
            }
        }

        return _order[count - 1];
    }

    /// <summary>Fills the order with the tokens that can be drawn, and sums their weights.</summary>
    int Candidates(out float total)
    {
        bool nucleus = _options.TopP < 1, top = _options.TopK > 0 && _options.TopK < _weights.Length;
        // Tokens below this cannot belong to the nucleus: even all of them together stay outside it.
        float least = nucleus && !top ? (1 - _options.TopP) / _weights.Length : 0;
        int count = 0;
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] > least || (least == 0 && _weights[i] > 0))
            {
                _order[count++] = i;
            }
        }

        if (nucleus || top)
        {
            _order.AsSpan(0, count).Sort((a, b) => _weights[a] != _weights[b] ? _weights[b].CompareTo(_weights[a]) : a.CompareTo(b));
            count = top ? Math.Min(count, _options.TopK) : count;
        }

        total = Sum(count);
        if (nucleus)
        {
            float reached = 0, wanted = (top ? total : 1) * _options.TopP;
            for (int i = 0; i < count; i++)
            {
                reached += _weights[_order[i]];
                if (reached >= wanted)
                {
                    (count, total) = (i + 1, reached);
                    break;
                }
            }
        }

        return count;
    }

    float Sum(int count)
    {
        float sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += _weights[_order[i]];
        }

        return sum;
    }

    // SplitMix64 (Steele, Lea and Flood, 2014): a seed gives the same draws on every platform and runtime version.
    double Uniform()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
