using System.Diagnostics.CodeAnalysis;
using AgentChain.Engine.Queues;

namespace AgentChain.Engine.Turns;

/// <summary>A turn whose output is a stream.</summary>
class StreamTurn<T> : TurnCore<T>
{
    const int Free = 0;
    const int Reading = 1;
    const int Left = 2;

    readonly TaskCompletionSource<TurnResult> _completion;
    OutputControl<T>? _gate;
    int _reader;

    public StreamTurn(ChainRuntime runtime, TurnId id)
        : base(runtime, id)
    {
        _completion = new(Continuations);
        Items = new(runtime.Settings.OutputCapacity, runtime.ContinuesElsewhere);
    }

    public override Task<TurnResult> Completion => _completion.Task;

    /// <summary>The items that wait for the reader.</summary>
    public ItemRing<T> Items { get; }

    public override OutputControl<T> Gate =>
        Volatile.Read(ref _gate) ?? Interlocked.CompareExchange(ref _gate, new(this, null), null) ?? _gate;

    /// <summary>Whether the reader gets no more items, even waiting ones: the turn was interrupted, or its output was cut off.</summary>
    public bool IsSilenced => (IsOver && Outcome == TurnOutcome.Interrupted) || Volatile.Read(ref _gate) is { IsStopped: true };

    /// <summary>Whether the host holds the waiting items back.</summary>
    public bool IsHeld => Volatile.Read(ref _gate) is { IsHeld: true };

    /// <summary>Keeps a copy of the output. Called before the turn begins.</summary>
    public void Keep() => _gate = new(this, []);

    /// <summary>Keeps a copy of an item, if copies are kept.</summary>
    public void Keep(T item) => _gate?.Keep(item);

    public override IReadOnlyList<T> First(int count) => Gate.First(count);

    public override IAsyncEnumerable<T> ReadAsync(bool keepRunning, CancellationToken cancellationToken) =>
        new OutputItems<T>(this, keepRunning, cancellationToken);

    /// <summary>Begins an enumeration.</summary>
    /// <exception cref="InvalidOperationException">Another enumeration is in progress, or has ended the reading.</exception>
    public void BeginReading()
    {
        int was = Interlocked.CompareExchange(ref _reader, Reading, Free);
        if (was != Free)
        {
            throw new InvalidOperationException(was == Reading
                ? "A turn's output can have one reader at a time, and another enumeration is in progress. Distribute the items from that one."
                : "The turn's output was already read, or its enumeration was left early. To read it in several consecutive enumerations, use ReadOutput(keepRunning: true).");
        }
    }

    /// <summary>Ends an enumeration.</summary>
    /// <param name="mayGoOn">Whether another enumeration can continue from here.</param>
    public void EndReading(bool mayGoOn) => Volatile.Write(ref _reader, mayGoOn ? Free : Left);

    /// <summary>Takes the next item for the reader.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        if (Volatile.Read(ref _gate) is { } gate)
        {
            return gate.TryTake(Items, out item);
        }

        item = default;
        return !IsSilenced && Items.TryRead(out item);
    }

    /// <summary>Whether there is news for the reader: an item that is not held back, or the end of the output.</summary>
    public bool HasNews => IsSilenced || (Items.Count > 0 ? !IsHeld : Items.IsEnded);

    /// <summary>Whether the reader will receive nothing more.</summary>
    public bool IsRead => IsSilenced || (Items.IsEnded && Items.Count == 0);

    /// <summary>
    /// Throws if the turn did not complete or its output was cut off, so that the reader does not mistake this for a normal end.
    /// </summary>
    public void ThrowIfNotCompleted()
    {
        if (Error is not null)
        {
            throw ToException();
        }

        if (Volatile.Read(ref _gate) is { IsCut: true })
        {
            throw new TurnInterruptedException();
        }
    }

    public override void WakeReader() => Items.WakeReader();

    protected override bool AnyLeft() => Items.Count > 0;

    protected override void Publish()
    {
        if (Outcome == TurnOutcome.Interrupted)
        {
            Volatile.Read(ref _gate)?.Stop();
        }

        _completion.TrySetResult(new TurnResult(this));
        Items.End();
    }
}
