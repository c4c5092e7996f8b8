using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;

namespace AgentChain.Engine.Interop;

/// <summary>
/// A Dataflow block shared by many concurrent turns, whose outputs identify their inputs by a key. A block from a factory is created when
/// the first turn arrives, and again when it has ended or holds too many inputs whose outputs never arrived.
/// </summary>
sealed class KeyedThrough<TIn, TOut, TKey> : UnorderedThrough<TIn, TOut>
    where TKey : notnull
{
    readonly Lock _lock = new();
    readonly IPropagatorBlock<TIn, TOut>? _given;
    readonly Func<IPropagatorBlock<TIn, TOut>>? _factory;
    readonly Func<TIn, TKey> _inputKey;
    readonly Func<TOut, TKey> _outputKey;
    readonly int _room;
    KeyedBlock<TIn, TOut, TKey>? _current;
    bool _isDisposed;

    public KeyedThrough(
        ChainRuntime runtime,
        BlockNode node,
        IPropagatorBlock<TIn, TOut>? given,
        Func<IPropagatorBlock<TIn, TOut>>? factory,
        Func<TIn, TKey> inputKey,
        Func<TOut, TKey> outputKey,
        Target<TOut> next)
        : base(runtime, node, next)
    {
        (_given, _factory, _inputKey, _outputKey) = (given, factory, inputKey, outputKey);

        // The upstream queue bounds the live turns, including this one, so no room means that ended turns hold some of it.
        _room = node.Settings.Capacity ?? Math.Max(BlockSettings.DefaultCapacity, runtime.Settings.MaxTurns);
        runtime.OnDispose(Dispose);
    }

    protected override async Task ServeAsync(ForeignRun<TOut> run, TIn input)
    {
        TKey key;
        try
        {
            key = _inputKey(input);
        }
        catch (Exception error)
        {
            run.Break(ForeignFailure.Threw("input key", error));
            return;
        }

        KeyedBlock<TIn, TOut, TKey> block = Current(out bool isMine);
        if (isMine)
        {
            block.Open(Create, _given is null ? ForeignFailure.NotNew : ForeignFailure.InUse);
        }

        ForeignFailure? failure = await block.Opened ?? block.TryAdd(key, run);
        if (failure is null)
        {
            (bool isTaken, failure) = await OfferAsync(block.Target, input, run, "give Through a factory, and the next turn gets a new block.");
            if (!isTaken)
            {
                block.Remove(key, run);
            }
            else if (failure is null)
            {
                return;
            }
        }

        if (failure is null)
        {
            run.GiveUp();
        }
        else
        {
            run.Break(failure);
        }
    }

    /// <summary>
    /// Returns the block that serves turns now. A spent block is replaced, and finishes the inputs inside it; an existing block stays,
    /// unless it never opened.
    /// </summary>
    KeyedBlock<TIn, TOut, TKey> Current(out bool isMine)
    {
        KeyedBlock<TIn, TOut, TKey>? spent = null;
        KeyedBlock<TIn, TOut, TKey> current;
        lock (_lock)
        {
            if (!_isDisposed && _current is { IsSpent: true } old && (_given is null || !old.IsOpen))
            {
                (spent, _current) = (old, null);
            }

            isMine = _current is null;
            current = _current ??= new KeyedBlock<TIn, TOut, TKey>(Runtime, Node, _outputKey, _room, SeesCompletion);
        }

        if (_given is null)
        {
            spent?.Retire();
        }

        return current;
    }

    IPropagatorBlock<TIn, TOut>? Create() => _given ?? _factory!();

    void Dispose()
    {
        KeyedBlock<TIn, TOut, TKey>? block;
        lock (_lock)
        {
            _isDisposed = true;
            block = _current;
        }

        block?.Close(completes: _given is null);
    }
}
