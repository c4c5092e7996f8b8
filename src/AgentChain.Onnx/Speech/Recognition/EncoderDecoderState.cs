using System.Numerics.Tensors;
using AgentChain.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace AgentChain.Onnx.Speech.Recognition;

/// <summary>What a decoder has heard and said: the encoder's output, and the keys and values so far. Not thread-safe.</summary>
internal sealed class EncoderDecoderState(EncoderDecoder graphs, OrtValue hidden) : IDisposable
{
    private readonly Dictionary<string, OrtValue> _past = [];
    private float[] _logits = [];
    private int _read;

    /// <summary>Forgets what was said, but not what was heard.</summary>
    public void Restart()
    {
        foreach (OrtValue value in _past.Values)
        {
            value.Dispose();
        }

        _past.Clear();
        _read = 0;
    }

    /// <summary>Reads tokens: any number in the first call, then one in each.</summary>
    /// <returns>The logits of the next token, which the caller can modify; valid until the next call.</returns>
    public Span<float> Read(scoped ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        bool first = _read == 0;
        OnnxSession decoder = first ? graphs.FirstDecoder : graphs.NextDecoder;
        using OnnxBinding binding = decoder.CreateBinding();
        using var empty = new Disposables();
        BindTokens(decoder, binding, tokens, first);
        foreach (string name in graphs.Past)
        {
            if (decoder.Inputs.ContainsKey(name))
            {
                binding.Input(name, first ? empty.Add(graphs.EmptyPast(name)) : _past[name]);
            }

            if (decoder.Outputs.ContainsKey(EncoderDecoder.Present(name)))
            {
                binding.Output(EncoderDecoder.Present(name));
            }
        }

        binding.Output(EncoderDecoder.Logits);
        decoder.Run(binding, cancellationToken);
        using OnnxOutputs outputs = binding.TakeOutputs();
        LogitsRow.CopyLast(outputs[EncoderDecoder.Logits], graphs.LogitsType, ref _logits);
        foreach (string name in graphs.Past)
        {
            // What was heard stays the same; later runs of a merged decoder return a placeholder for it.
            if (first || !name.Contains(".encoder.", StringComparison.Ordinal))
            {
                OrtValue grown = outputs.Detach(EncoderDecoder.Present(name));
                _past.GetValueOrDefault(name)?.Dispose();
                _past[name] = grown;
            }
        }

        _read += tokens.Length;
        return _logits;
    }

    /// <summary>Says the most likely tokens after a prompt until an end token.</summary>
    /// <param name="prompt">The prompt, at least one token.</param>
    /// <param name="ends">The tokens that end the answer.</param>
    /// <param name="most">The maximum number of tokens to say.</param>
    /// <param name="rule">Sets the logits of tokens that must not be said to negative infinity, given the number of those said.</param>
    /// <param name="cancellationToken">The token that terminates the run.</param>
    public List<int> Say(ReadOnlySpan<int> prompt, ReadOnlySpan<int> ends, int most, LogitsRule? rule, CancellationToken cancellationToken)
    {
        var said = new List<int>();
        Span<float> logits = Read(prompt, cancellationToken);
        while (said.Count < most)
        {
            rule?.Invoke(logits, said.Count);
            int best = TensorPrimitives.IndexOfMax<float>(logits);
            if (!float.IsFinite(logits[best]))
            {
                throw new OnnxOutputException(
                    graphs.NextDecoder.Name, EncoderDecoder.Logits, said.Count, OnnxOutputException.Problem(logits[best]));
            }

            if (ends.Contains(best))
            {
                break;
            }

            said.Add(best);
            if (said.Count < most)
            {
                logits = Read([best], cancellationToken);
            }
        }

        return said;
    }

    public void Dispose()
    {
        Restart();
        hidden.Dispose();
    }

    private void BindTokens(OnnxSession decoder, OnnxBinding binding, ReadOnlySpan<int> tokens, bool first)
    {
        long[] ids = new long[tokens.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = tokens[i];
        }

        binding.Input<long>(EncoderDecoder.Ids, ids, 1, ids.Length);
        if (decoder.Inputs.ContainsKey(EncoderDecoder.Hidden))
        {
            binding.Input(EncoderDecoder.Hidden, hidden);
        }

        if (decoder.Inputs.ContainsKey(EncoderDecoder.HiddenMask))
        {
            long[] ones = new long[hidden.GetTensorTypeAndShape().Shape[1]];
            Array.Fill(ones, 1);
            binding.Input<long>(EncoderDecoder.HiddenMask, ones, 1, ones.Length);
        }

        if (decoder.Inputs.ContainsKey(EncoderDecoder.Branch))
        {
            binding.Input<bool>(EncoderDecoder.Branch, new[] { !first }, 1);
        }

        if (decoder.Inputs.ContainsKey(EncoderDecoder.Position))
        {
            long[] positions = [.. Enumerable.Range(_read, ids.Length).Select(i => (long)i)];
            binding.Input<long>(EncoderDecoder.Position, positions, positions.Length);
        }
    }

    private sealed class Disposables : IDisposable
    {
        private readonly List<IDisposable> _items = [];

        public T Add<T>(T item)
            where T : IDisposable
        {
            _items.Add(item);
            return item;
        }

        public void Dispose() => _items.ForEach(i => i.Dispose());
    }
}
