using System.Globalization;
using System.Threading.Tasks.Dataflow;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>A Dataflow block and the inputs inside of it, by their keys. An input whose turn is over keeps its key until its output comes.</summary>
sealed class KeyedBlock<TIn, TOut, TKey>(ChainRuntime runtime, BlockNode node, Func<TOut, TKey> outputKey, int room, bool seesCompletion)
    where TKey : notnull
{
    static readonly ForeignFailure SameKey = new(
        "has an input inside whose key is the same; keys must be unique, for example a number that is used once.");

    readonly Lock _lock = new();
    readonly Dictionary<TKey, ForeignRun<TOut>> _inside = [];
    readonly TaskCompletionSource<ForeignFailure?> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    IPropagatorBlock<TIn, TOut>? _block;
    OutputTarget<TOut>? _outputs;
    IDisposable? _link;
    ForeignFailure? _out;

    /// <summary>Completes when the block is linked, with the reason when it cannot be.</summary>
    public Task<ForeignFailure?> Opened => _opened.Task;

    public ITargetBlock<TIn> Target => _block!;

    public bool IsOpen => _link is not null;

    /// <summary>Whether it serves no further turn.</summary>
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

    /// <summary>Creates and links the block; once.</summary>
    /// <param name="create">Returns the block.</param>
    /// <param name="whenClaimed">Why it cannot be used when it is in use already.</param>
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
                        completion => TakeOut(ForeignFailure.Completed(completion, "it is replaced only where Through has a factory.")),
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

    /// <summary>Enters an input before it is offered; says why it cannot be.</summary>
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
                        $"holds a Dataflow block that is out of step: it has not returned the outputs of {room} inputs of turns that are over. It is replaced only where Through has a factory."));
                }

                return _inside.TryAdd(key, run) ? null : SameKey;
            }
        }
        catch (Exception error)
        {
            return ForeignFailure.Threw("input key", error);
        }
    }

    /// <summary>Takes an input back that never went in.</summary>
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
            // The key's own equality threw. The entry stays and counts among those whose output never comes.
        }
    }

    /// <summary>Lets the block finish what is inside of it.</summary>
    public void Retire()
    {
        try
        {
            _block?.Complete();
        }
        catch (Exception)
        {
            // It is not used any more, whatever it says to that.
        }
    }

    /// <summary>The chain is disposed.</summary>
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

    /// <summary>Serves no further turn, and fails those inside.</summary>
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
