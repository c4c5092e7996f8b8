using System.Diagnostics;
using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Flow;
using AgentChain.Flow.Speculative;
using AgentChain.Speculation;
using AgentChain.Turns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentChain;

/// <summary>
/// A chain: validated, warm, shared by many turns at once. Safe for use from any thread. Made by a builder's Build;
/// dispose it to stop its threads.
/// </summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes: one value, or the items of a stream.</typeparam>
[DebuggerDisplay("{Name,nq}: {LiveTurns} turns")]
public sealed class Chain<TIn, TOut> : IAsyncDisposable
{
    readonly ChainRuntime _runtime;
    readonly QueueNode<TIn> _head;

    /// <summary>The first block, where it is fused and nothing but a fault can end a turn early; null elsewhere.</summary>
    readonly Receiver<TIn>? _inPlace;
    readonly IDisposable? _ownedDevices;

    Chain(string name, ChainOptions options, IReadOnlyList<BlueprintNode> blueprint, ValueLink<TIn, TOut>? value, StreamLink<TIn, TOut>? items)
    {
        (Name, Options, Blueprint, Value, Items) = (name, options, blueprint, value, items);
        IDeviceScheduler devices = options.Devices ?? new DeviceScheduler();
        _ownedDevices = options.Devices is null ? (IDisposable)devices : null;
        try
        {
            BlueprintCheck.Run(name, blueprint, options, items is not null, devices.Devices);
        }
        catch
        {
            _ownedDevices?.Dispose();
            throw;
        }

        _runtime = new ChainRuntime(name, new RuntimeSettings
        {
            Time = options.TimeProvider ?? TimeProvider.System,
            Scheduler = options.TaskScheduler ?? TaskScheduler.Default,
            Devices = devices,
            Logger = options.LoggerFactory?.CreateLogger("AgentChain") ?? NullLogger.Instance,
            MeterFactory = options.MeterFactory,
            Budget = options.Budget,
            LiveInput = blueprint.Any(n => n.HasLiveInput),
            MaxTurns = options.MaxTurns,
            OutputCapacity = options.OutputCapacity,
            Grace = options.Grace,
            IncludeSensitiveData = options.IncludeSensitiveData,
        })
        {
            Plan = BlueprintSpeculation.Speculates(blueprint, options.Speculation) ? new SpeculationPlan(options.Speculation) : null,
        };
        (options.TimeProvider as IWorkObserver)?.Observe(_runtime.Work);
        var scope = new LinkScope(_runtime, "");
        Receiver<TIn> head = value is not null ? value(scope, new ValueOutput<TOut>()) : items!(scope, new StreamOutput<TOut>());

        // Even a chain of cheap blocks alone has a queue: a turn that can end early must not depend on its caller's thread.
        _head = head as QueueNode<TIn> ?? Links.Queue(scope, scope.Node("entry", new BlockSettings()), head);
        bool endsOnlyByItself = options.Budget.IsNone && ReferenceEquals(_runtime.Scheduler, TaskScheduler.Default);
        _inPlace = head is not QueueNode<TIn> && endsOnlyByItself ? head : null;
    }

    /// <summary>Gets the chain's name.</summary>
    public string Name { get; }

    /// <summary>Gets whether the chain makes a stream rather than one value.</summary>
    public bool IsStream => Items is not null;

    /// <summary>Gets how many turns are inside.</summary>
    public int LiveTurns => _runtime.LiveTurns;

    /// <summary>Gets how many blocks, detached from their turns because they did not obey their token, still run.</summary>
    public int DetachedBlocks => _runtime.DetachedBlocks;

    /// <summary>Gets the devices the chain places its blocks on.</summary>
    public IDeviceScheduler Devices => _runtime.Devices;

    internal ChainOptions Options { get; }

    internal IReadOnlyList<BlueprintNode> Blueprint { get; }

    internal ValueLink<TIn, TOut>? Value { get; }

    internal StreamLink<TIn, TOut>? Items { get; }

    /// <summary>Starts a turn and hands it over at once.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    /// <remarks>
    /// The caller must read the turn's <see cref="Turn{T}.Output"/> to its end or dispose the turn. A turn whose stream nobody reads waits for
    /// its reader once <see cref="ChainOptions.OutputCapacity"/> items wait, and stays inside the chain, where it counts against
    /// <see cref="ChainOptions.MaxTurns"/>, until its total budget runs out, it is interrupted or the chain is disposed. A turn that returns one value
    /// ends by itself.
    /// </remarks>
    public Turn<TOut> Start(TIn input, CancellationToken cancellationToken = default)
    {
        TurnState<TOut> turn = IsStream ? MakeStreamTurn(out string? refusal) : MakeValueTurn(out refusal);
        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
    }

    /// <summary>Starts a turn whose output is kept, whether or not the host reads it.</summary>
    /// <param name="input">The input.</param>
    /// <param name="kept">Knows what was put out, and how much of it was heard.</param>
    /// <param name="waste">What it may waste on speculation; null where the chain's own budget holds.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    internal Turn<TOut> StartKept(TIn input, out TurnState<TOut> kept, WasteBudget? waste, CancellationToken cancellationToken)
    {
        string? refusal;
        if (IsStream)
        {
            StreamTurn<TOut> many = MakeStreamTurn(out refusal);
            many.Keep();
            kept = many;
        }
        else
        {
            ValueTurn<TOut> one = MakeValueTurn(out refusal);
            _ = one.Gate;
            kept = one;
        }

        if (waste is not null)
        {
            kept.Ledger!.Waste = waste;
        }

        Launch(kept, input, refusal, cancellationToken);
        return new Turn<TOut>(kept);
    }

    internal TimeProvider Time => _runtime.Time;

    /// <summary>What a conversation may waste on speculation; null where that is not limited.</summary>
    internal WasteBudget? NewWasteBudget() => _runtime.Plan?.NewWaste();

    /// <summary>Runs a turn and gives its one value.</summary>
    /// <remarks>
    /// A chain that begins with synchronous, cheap blocks runs these on the caller's thread when nothing could end the turn early:
    /// the chain has no budget and the token cannot fire. It does not see the caller's ambient state all the same.
    /// </remarks>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The value.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="TurnException">The turn did not complete; the type and <see cref="TurnException.Outcome"/> say why.</exception>
    /// <exception cref="InvalidOperationException">The chain makes a stream; use <see cref="Start"/> or <see cref="RunToListAsync"/>.</exception>
    public ValueTask<TOut> RunAsync(TIn input, CancellationToken cancellationToken = default)
    {
        if (IsStream)
        {
            throw new InvalidOperationException($"Chain '{Name}' makes a stream; use Start and read its Output, or RunToListAsync.");
        }

        ValueTurn<TOut> turn = MakeValueTurn(out string? refusal);
        if (refusal is not null || cancellationToken.CanBeCanceled || !TryLaunchInPlace(turn, input))
        {
            Launch(turn, input, refusal, cancellationToken);
        }

        return turn.ValueAsync(cancellationToken);
    }

    /// <summary>Runs a turn and gives all its output.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The items of the stream; of a chain that makes one value, that value.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="TurnException">The turn did not complete.</exception>
    public async ValueTask<IReadOnlyList<TOut>> RunToListAsync(TIn input, CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        Turn<TOut> turn = Start(input, cancellationToken);
        List<TOut> items = [];
        try
        {
            await foreach (TOut item in turn.Output)
            {
                items.Add(item);
            }
        }
        catch (TurnInterruptedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        return items;
    }

    /// <summary>
    /// Makes the chain a block of anybody's Dataflow network. A turn that does not complete faults the block, as
    /// Dataflow blocks do, unless <paramref name="onNotCompleted"/> takes it.
    /// </summary>
    /// <param name="maxTurns">How many turns run at once; outputs keep the order of the inputs.</param>
    /// <param name="onNotCompleted">Called with a turn's end when it did not complete; its input then has no output.</param>
    /// <returns>The block. Completing it completes what is linked to it, once the turns inside have ended.</returns>
    public IPropagatorBlock<TIn, TOut> AsPropagatorBlock(int maxTurns = 16, Action<TurnException>? onNotCompleted = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTurns, 1);
        return new TransformManyBlock<TIn, TOut>(
            async input =>
            {
                // What is current here is the span of whichever message woke the block.
                Activity.Current = null;
                try
                {
                    return await RunToListAsync(input);
                }
                catch (TurnException error) when (onNotCompleted is not null)
                {
                    onNotCompleted(error);
                    return [];
                }
            },
            new ExecutionDataflowBlockOptions
            {
                MaxDegreeOfParallelism = maxTurns,
                BoundedCapacity = maxTurns * 2,
                TaskScheduler = _runtime.Scheduler,
            });
    }

    /// <summary>Lets every block that has something to warm up do so, one after the other.</summary>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>A task for the warm-up.</returns>
    /// <exception cref="BlockFailedException">A block could not warm up.</exception>
    public ValueTask WarmUpAsync(CancellationToken cancellationToken = default) =>
        ChainWarmUp.RunAsync(_runtime, Blueprint, cancellationToken);

    /// <summary>Lets no further turn in and waits for those inside.</summary>
    /// <param name="cancellationToken">Ends the wait, not the turns.</param>
    /// <returns>A task for the wait.</returns>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        await _runtime.DrainAsync(cancellationToken);
        _runtime.Log.Drained(Name, DetachedBlocks);
    }

    /// <summary>Interrupts every turn inside, as their hosts would: for a shutdown that cannot wait for them.</summary>
    public void InterruptTurns() => _runtime.InterruptTurns();

    /// <summary>
    /// Waits for the turns inside, and for what still runs for turns that have ended, for <see cref="ChainOptions.Grace"/> at most; then
    /// stops the chain. Behind it no block runs but those that were left behind, so what they use may be disposed. A second call does nothing.
    /// </summary>
    /// <returns>A task for the stop.</returns>
    public async ValueTask DisposeAsync()
    {
        HostThread.Leave();
        await _runtime.DrainAsync(CancellationToken.None);
        await _runtime.Quiet.AllAsync();
        _runtime.Dispose();
        _ownedDevices?.Dispose();
    }

    /// <summary>Draws the chain as a Mermaid flowchart, for a README, an issue or a dashboard.</summary>
    /// <returns>
    /// The flowchart's source. A thin arrow carries one value, a thick one a stream, and at it stands how much may wait there. Blocks
    /// with a dashed border run in place, together where they share a box; on the others stand their budget, device and limits.
    /// </returns>
    public string ToMermaid() => Mermaid.Draw(Name, BlueprintDiagram.Of(Blueprint), Options.Budget);

    /// <summary>Gives the chain's name.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;

    internal static Chain<TIn, TOut> OfValue(ChainBuilder<TIn, TOut> builder, ChainOptions options) =>
        new(builder.Name, options, builder.Nodes, builder.Link, null);

    internal static Chain<TIn, TOut> OfStream(StreamChainBuilder<TIn, TOut> builder, ChainOptions options) =>
        new(builder.Name, options, builder.Nodes, null, builder.Link);

    ValueTurn<TOut> MakeValueTurn(out string? refusal)
    {
        refusal = _runtime.Admit();
        return _runtime.Plan is null
            ? new ValueTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = refusal is not null }
            : new SpeculativeValueTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = refusal is not null };
    }

    StreamTurn<TOut> MakeStreamTurn(out string? refusal)
    {
        refusal = _runtime.Admit();
        return _runtime.Plan is null
            ? new StreamTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = refusal is not null }
            : new SpeculativeStreamTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = refusal is not null };
    }

    void Launch(TurnState turn, TIn input, string? refusal, CancellationToken cancellationToken)
    {
        if (refusal is not null)
        {
            turn.TryEnd(TurnOutcome.Rejected, new TurnRejectedException(null, refusal));
            return;
        }

        using HostThread.Absence absence = HostThread.LeaveForNow();
        _runtime.Enter(turn);
        turn.Begin(cancellationToken);
        Forget(_head.AcceptAsync(new Envelope<TIn>(turn, input, null, null, turn.StartedAt)));
    }

    /// <summary>Runs the fused blocks at the head on this thread, under a context that carries nothing of the caller's.</summary>
    bool TryLaunchInPlace(TurnState turn, TIn input)
    {
        if (_inPlace is null || _head.CleanContext is not { } clean || ExecutionContext.Capture() is not { } callers)
        {
            return false;
        }

        using HostThread.Absence absence = HostThread.LeaveForNow();
        _runtime.Enter(turn);
        turn.Begin(CancellationToken.None);
        ExecutionContext.Restore(clean);
        Forget(_inPlace.AcceptAsync(new Envelope<TIn>(turn, input, null, null, turn.StartedAt)));
        ExecutionContext.Restore(callers);
        return true;
    }

    /// <summary>Does not wait for room; whatever comes of it is the turn's outcome.</summary>
    static void Forget(ValueTask accepted)
    {
        if (!accepted.IsCompletedSuccessfully)
        {
            _ = accepted.AsTask();
        }
    }
}
