using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// Represents a language model's memory of one sequence: the tokens it has read and, for every layer, their keys and values. Rewinding is
/// free; forking copies the part in use, and <see cref="Save"/> gives a state that can be forked without a copy. Create one with <see cref="LanguageModel.CreateCache"/>. Not thread-safe: do one run at a time, on
/// a lane of the model's device.
/// </summary>
/// <remarks>A run that fails or is canceled leaves the cache unchanged.</remarks>
public abstract partial class KeyValueCache : IDisposable
{
    readonly List<int> _tokens = [];

    private protected KeyValueCache(int capacity) => Capacity = capacity;

    /// <summary>Held while the keys and values are used: by a run, by a copy, or by the arena that moves them.</summary>
    internal Lock InUse { get; } = new();

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
    public KeyValueCache Fork()
    {
        lock (InUse)
        {
            Fill();
            KeyValueCache fork = CopyUsed();
            fork.Prefixes = Prefixes;
            fork._tokens.AddRange(_tokens);
            return fork;
        }
    }

    /// <summary>Reads more tokens into the cache, on the calling thread.</summary>
    /// <param name="tokens">The tokens to append: at least one, and no more than <see cref="Capacity"/> minus <see cref="Length"/>.</param>
    /// <param name="cancellationToken">The token that terminates the run before its next kernel.</param>
    /// <returns>
    /// The logits of the next token, one per token of the vocabulary. The caller can modify them; they are valid until the next run.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is empty or does not fit.</exception>
    /// <exception cref="OperationCanceledException">The run was terminated by <paramref name="cancellationToken"/>.</exception>
    public Span<float> Read(ReadOnlySpan<int> tokens, CancellationToken cancellationToken = default)
    {
        if (tokens.IsEmpty || Length + tokens.Length > Capacity)
        {
            throw new ArgumentException($"The cache can take 1 to {Capacity - Length} more tokens, not {tokens.Length}.", nameof(tokens));
        }

        cancellationToken.ThrowIfCancellationRequested();
        lock (InUse)
        {
            Fill();
            Span<float> logits = Run(tokens, cancellationToken);
            _tokens.AddRange(tokens);
            return logits;
        }
    }

    /// <summary>Whether a run that the lane gave up may still use the cache, so that nothing else may.</summary>
    internal bool IsAbandoned { get; private set; }

    /// <summary>Leaves the cache to a run that does not return. Its memory is never released.</summary>
    internal virtual void Abandon() => IsAbandoned = true;

    /// <summary>Notes a token that a step of several sequences has read into this cache, which the caller has entered.</summary>
    internal void Append(int token) => _tokens.Add(token);

    /// <summary>Releases the memory. Can be called more than once.</summary>
    public void Dispose()
    {
        Drop();
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected abstract Span<float> Run(ReadOnlySpan<int> tokens, CancellationToken cancellationToken);

    private protected abstract KeyValueCache CopyUsed();

    private protected abstract void Dispose(bool disposing);
}
