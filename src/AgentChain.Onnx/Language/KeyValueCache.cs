using System.Runtime.InteropServices;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents a language model's memory of one sequence: the tokens it has read and, for every layer, their keys and values. Rewinding is
/// free; forking copies the part in use, and <see cref="Save"/> gives a state that can be forked without a copy. Create one with
/// <see cref="LanguageModel.CreateCache"/>. Not thread-safe, except for <see cref="Dispose()"/>: do one run at a time, on a lane of the
/// model's device.
/// </summary>
/// <remarks>A run that fails or is canceled leaves the cache unchanged.</remarks>
public abstract partial class KeyValueCache : IDisposable
{
    readonly List<int> _tokens = [];

    private protected KeyValueCache(int capacity) => Capacity = capacity;

    /// <summary>Gets the number of tokens that the model has read.</summary>
    public int Length => _tokens.Count;

    /// <summary>Gets the maximum number of tokens that the cache can hold.</summary>
    public int Capacity { get; }

    /// <summary>Gets the tokens that the model has read. Valid until the next run or rewind.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Discards all but the first tokens.</summary>
    /// <param name="length">The number of tokens to keep, 0 to <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="length"/> is negative or greater than <see cref="Length"/>.
    /// </exception>
    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        CollectionsMarshal.SetCount(_tokens, length);
    }

    /// <summary>Creates an independent cache that has read the same tokens. The caller disposes it.</summary>
    /// <exception cref="ObjectDisposedException">The cache or its model was disposed.</exception>
    public KeyValueCache Fork()
    {
        Enter();
        try
        {
            Fill();
            KeyValueCache fork = CopyUsed();
            fork.Prefixes = Prefixes;
            fork._tokens.AddRange(_tokens);
            return fork;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Reads more tokens into the cache, on the calling thread.</summary>
    /// <param name="tokens">The tokens to append: at least one, and no more than <see cref="Capacity"/> minus <see cref="Length"/>.</param>
    /// <param name="cancellationToken">The token that terminates the run before its next kernel.</param>
    /// <returns>
    /// The logits of the next token, one per token of the vocabulary. The caller can modify them; they are valid until the next run.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is empty or does not fit.</exception>
    /// <exception cref="OnnxModelException">One of the tokens is not one of the model.</exception>
    /// <exception cref="ObjectDisposedException">The cache or its model was disposed.</exception>
    /// <exception cref="OperationCanceledException">The run was terminated by <paramref name="cancellationToken"/>.</exception>
    public Span<float> Read(ReadOnlySpan<int> tokens, CancellationToken cancellationToken = default)
    {
        if (tokens.IsEmpty || Length + tokens.Length > Capacity)
        {
            throw new ArgumentException($"The cache can take 1 to {Capacity - Length} more tokens, not {tokens.Length}.", nameof(tokens));
        }

        Graph.RequireKnown(tokens);
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            Fill();
            Span<float> logits = Run(tokens, cancellationToken);
            _tokens.AddRange(tokens);
            return logits;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Notes a token that a step of several sequences has read into this cache, which the caller has entered.</summary>
    internal void Append(int token) => _tokens.Add(token);

    private protected abstract Span<float> Run(ReadOnlySpan<int> tokens, CancellationToken cancellationToken);

    private protected abstract KeyValueCache CopyUsed();
}
