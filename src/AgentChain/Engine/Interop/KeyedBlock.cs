using System.Globalization;
using System.Threading.Tasks.Dataflow;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// A Dataflow block and the inputs inside it, by their keys. An input whose turn has ended keeps its key until its output arrives.
/// </summary>
sealed class KeyedBlock<TIn, TOut, TKey>(ChainRuntime runtime, BlockNode node, Func<TOut, TKey> outputKey, int room, bool seesCompletion)
    where TKey : notnull
{
    static readonly ForeignFailure SameKey = new(
        "already has an input with the same key inside; keys must be unique, for example a number that is used once.");

    readonly Lock _lock = new();
    readonly Dictionary<TKey, ForeignRun<TOut>> _inside = [];
    readonly TaskCompletionSource<ForeignFailure?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IPropagatorBlock<TIn, TOut>? _block;
    OutputTarget<TOut>? _outputs;
    IDisposable? _link;
    ForeignFailure? _out;

    /// <summary>Completes when the block is linked, or with the reason why it cannot be.</summary>
    public Task<ForeignFailure?> Opened => _opened.Task;

    public ITargetBlock<TIn> Target => _block!;

    public bool IsOpen => _link is not null;

    /// <summary>Whether it serves no more turns.</summary>
    public bool IsSpent
    {
        get
        {
            lock (_lock)
            {
                return _out is not null || _inside.Count >= room;
            }
        }
    }

    /// <summary>Creates and links the block; called once.</summary>
    /// <param name="create">A function that returns the block.</param>
    /// <param name="whenClaimed">The failure to report if the block is already in use.</param>
    public void Open(Func<IPropagatorBlock<TIn, TOut>?> create, ForeignFailure whenClaimed)
    {
        string step = "factory";
        ForeignFailure? failure = null;
        try
        {
            IPropagatorBlock<TIn, TOut>? block = create();
            if (block is null)
            {
                failure = new("has a factory that returned null instead of a Dataflow block.");
            }
            else if (!ForeignClaims.TryClaim(block))
            {
                failure = whenClaimed;
            }
            else
            {
                step = "LinkTo";
                _block = block;
                _outputs = new OutputTarget<TOut>(Take);
                _link = block.LinkTo(_outputs, new DataflowLinkOptions());
                if (seesCompletion)
                {
                    block.Completion.ContinueWith(
                        completion => TakeOut(ForeignFailure.Completed(completion, "it is replaced only if Through has a factory.")),
                        CancellationToken.None,
                        TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.DenyChildAttach,
                        TaskScheduler.Default);
                }
            }
        }
        catch (Exception error)
        {
            failure = ForeignFailure.Threw(step, error);
            if (_block is not null)
            {
                ForeignClaims.Release(_block);
            }
        }

        if (failure is not null)
        {
            TakeOut(failure);
        }

        _opened.TrySetResult(failure);
    }

    /// <summary>Adds an input before it is offered; returns the reason if it cannot be added.</summary>
    public ForeignFailure? TryAdd(TKey key, ForeignRun<TOut> run)
    {
        try
        {
            lock (_lock)
            {
                if (_out is not null)
                {
                    return _out;
                }

                if (_inside.Count >= room)
                {
                    return new(string.Create(
                        CultureInfo.InvariantCulture,
                        $"holds a Dataflow block that is out of step: it has not returned the outputs of {room} inputs, some of them of turns that have ended. It is replaced only if Through has a factory."));
                }

                return _inside.TryAdd(key, run) ? null : SameKey;
            }
        }
        catch (Exception error)
        {
            return ForeignFailure.Threw("input key", error);
        }
    }

    /// <summary>Removes an input that never entered the block.</summary>
    public void Remove(TKey key, ForeignRun<TOut> run)
    {
        try
        {
            lock (_lock)
            {
                if (_inside.TryGetValue(key, out ForeignRun<TOut>? found) && ReferenceEquals(found, run))
                {
                    _inside.Remove(key);
                }
            }
        }
        catch (Exception)
        {
            // The key's own equality threw. The entry remains, and counts as an input whose output never arrives.
        }
    }

    /// <summary>Lets the block finish the inputs inside it.</summary>
    public void Retire()
    {
        try
        {
            _block?.Complete();
        }
        catch (Exception)
        {
            // The block is no longer used, so its exception does not matter.
        }
    }

    /// <summary>Called when the chain is disposed.</summary>
    public void Close(bool completes)
    {
        bool isEmpty;
        lock (_lock)
        {
            isEmpty = _out is null && _inside.Count == 0;
        }

        TakeOut(new("belongs to a chain that is disposed."));
        try
        {
            _link?.Dispose();
        }
        finally
        {
            if (completes)
            {
                Retire();
            }
            else if (isEmpty && _block is not null)
            {
                ForeignClaims.Release(_block);
            }
        }
    }

    void Take(TOut value)
    {
        ForeignRun<TOut>? run;
        try
        {
            TKey key = outputKey(value);
            lock (_lock)
            {
                _inside.Remove(key, out run);
            }
        }
        catch (Exception error)
        {
            runtime.Log.ForeignOutputDropped(runtime.Name, node.Name, error.GetType().FullName);
            return;
        }

        if (run is null)
        {
            runtime.Log.ForeignOutputDropped(runtime.Name, node.Name, null);
        }
        else
        {
            run.Arrive(value);
        }
    }

    /// <summary>Stops serving turns, and fails those inside.</summary>
    void TakeOut(ForeignFailure failure)
    {
        ForeignRun<TOut>[] inside;
        lock (_lock)
        {
            if (_out is not null)
            {
                return;
            }

            _out = failure;
            inside = [.. _inside.Values];
            _inside.Clear();
            _outputs?.Close();
        }

        foreach (ForeignRun<TOut> run in inside)
        {
            run.Break(failure);
        }
    }
}
