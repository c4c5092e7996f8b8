using System.Runtime.InteropServices;

namespace AgentChain.Onnx.Language;

/// <summary>
/// What a language model remembers of one sequence: the keys and values of every layer for the tokens it has read, and those tokens.
/// Rewinding forgets the last of them at no cost; forking copies what is used. Get one from <see cref="LanguageModel.CreateCache"/>.
/// Not thread-safe: one run at a time, on a lane of the model's device.
/// </summary>
/// <remarks>A run that fails or is cancelled leaves the cache as it was before it.</remarks>
public abstract class KeyValueCache : IDisposable
{
    readonly List<int> _tokens = [];

    private protected KeyValueCache(int capacity) => Capacity = capacity;

    /// <summary>How many tokens the model has read.</summary>
    public int Length => _tokens.Count;

    /// <summary>The most tokens the cache can hold.</summary>
    public int Capacity { get; }

    /// <summary>The tokens the model has read, valid until the next run or rewind.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>Forgets all but the first tokens.</summary>
    /// <param name="length">How many to keep, 0 to <see cref="Length"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative or larger than <see cref="Length"/>.</exception>
    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        CollectionsMarshal.SetCount(_tokens, length);
    }

    /// <summary>A second cache that has read the same tokens and goes its own way from here. The caller disposes it.</summary>
    public KeyValueCache Fork()
    {
        KeyValueCache fork = CopyUsed();
        fork._tokens.AddRange(_tokens);
        return fork;
    }

    /// <summary>Lets the model read tokens behind those it has read, on the calling thread.</summary>
    /// <param name="tokens">One or more tokens; together with <see cref="Length"/> at most <see cref="Capacity"/>.</param>
    /// <param name="cancellationToken">Terminates the run before its next kernel.</param>
    /// <returns>The logits of the token to come, one per token of the vocabulary; valid, and the caller's to change, until the next run.</returns>
    /// <exception cref="ArgumentException">There are no tokens, or more than fit.</exception>
    /// <exception cref="OperationCanceledException">The run was terminated by <paramref name="cancellationToken"/>.</exception>
    public Span<float> Read(ReadOnlySpan<int> tokens, CancellationToken cancellationToken = default)
    {
        if (tokens.IsEmpty || Length + tokens.Length > Capacity)
        {
            throw new ArgumentException($"The model can read 1 to {Capacity - Length} tokens here, not {tokens.Length}.", nameof(tokens));
        }

        Span<float> logits = Run(tokens, cancellationToken);
        _tokens.AddRange(tokens);
        return logits;
    }

    /// <summary>Releases the memory. Idempotent.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    private protected abstract Span<float> Run(ReadOnlySpan<int> tokens, CancellationToken cancellationToken);

    private protected abstract KeyValueCache CopyUsed();

    private protected abstract void Dispose(bool disposing);
}
