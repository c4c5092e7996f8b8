using System.Diagnostics;
using System.Threading.Tasks.Dataflow;
using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Building;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Flow;
using AgentChain.Flow.Speculative;
using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Turns;

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

    /// <summary>The owner of the time before the first block.</summary>
    readonly FlowNode _entry;

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
            BlueprintCheck.Run(name, blueprint, options, HostServices.DevicesOf(name, devices));
            _runtime = MakeRuntime(name, options, blueprint, devices);
            var scope = new LinkScope(_runtime, "");
            Receiver<TIn> head = value is not null ? value(scope, new ValueOutput<TOut>()) : items!(scope, new StreamOutput<TOut>());

            // Even a chain of cheap blocks alone has a queue: a turn that can end early must not depend on its caller's thread.
            _entry = scope.Node(ReportBuilder.Entry, new BlockSettings());
            _head = head as QueueNode<TIn> ?? Links.Queue(scope, _entry, head);
            bool endsOnlyByItself = options.Budget.IsNone && ReferenceEquals(_runtime.Scheduler, TaskScheduler.Default);
            _inPlace = head is not QueueNode<TIn> && endsOnlyByItself ? head : null;
        }
        catch
        {
            _runtime?.Dispose();
            _ownedDevices?.Dispose();
            throw;
        }
    }

    static ChainRuntime MakeRuntime(string name, ChainOptions options, IReadOnlyList<BlueprintNode> blueprint, IDeviceScheduler devices) =>
        new(name, new RuntimeSettings
        {
            Time = HostServices.Clock(name, options.TimeProvider),
            Scheduler = options.TaskScheduler switch
            {
                null => TaskScheduler.Default,
                var own when ReferenceEquals(own, TaskScheduler.Default) || own is VirtualScheduler => own,
                var hosts => new GuardedScheduler(hosts),
            },
            Devices = devices,
            Logger = HostServices.Logger(name, options.LoggerFactory),
            Meter = HostServices.Meter(name, options.MeterFactory),
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

    /// <summary>Starts a turn and returns it at once. On a full chain, or when others wait for room, the turn is Rejected.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The turn; its output can be read while it is made.</returns>
    public Turn<TOut> Start(TIn input, CancellationToken cancellationToken = default)
    {
        TurnState<TOut> turn = IsStream ? MakeStreamTurn(out string? refusal) : MakeValueTurn(out refusal);
        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
    }

    /// <summary>
    /// Starts a turn, and waits for room first when the chain is full with <see cref="ChainOptions.MaxTurns"/>: first come, first served.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Ends the wait; interrupts the turn when it fires later.</param>
    /// <returns>
    /// The turn, whose output can be read while it is made. Read its output, await its completion or dispose it, as with
    /// <see cref="Start"/>. The turn's clock starts at this call: the wait counts against its budget, and is in its report as a part of
    /// <c>entry</c>. It has ended as <see cref="TurnOutcome.Rejected"/> when its budget ended before there was room, when the chain
    /// drains or is disposed, or when <see cref="ChainOptions.MaxWaitingTurns"/> turns wait already. Without a budget it waits as long as
    /// it takes.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token fired before the turn was let in; nothing is left of it.</exception>
    public ValueTask<Turn<TOut>> StartAsync(TIn input, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Turn<TOut>>(cancellationToken);
        }

        bool isIn = _runtime.TryAdmit();
        TurnState<TOut> turn = IsStream ? MakeStreamTurn(!isIn) : MakeValueTurn(!isIn);
        if (!isIn)
        {
            return StartWithRoomAsync(turn, input, cancellationToken);
        }

        Launch(turn, input, null, cancellationToken);
        return new(new Turn<TOut>(turn));
    }

    async ValueTask<Turn<TOut>> StartWithRoomAsync(TurnState<TOut> turn, TIn input, CancellationToken cancellationToken)
    {
        string? refusal = await _runtime
            .AdmitAsync(turn.NextDue, Options.MaxWaitingTurns, OnChainsScheduler, cancellationToken)
            .ConfigureAwait(OnChainsScheduler);
        var entry = new Hop(turn, _entry, null, _runtime.Now);
        entry.End(entry.StartedAt);
        if (refusal is null)
        {
            turn.WasRefused = false;
        }
        else
        {
            turn.BeginRun(entry);
        }

        Launch(turn, input, refusal, cancellationToken, entry);
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

        return turn.ValueAsync();
    }

    /// <summary>Runs a turn and gives all its output.</summary>
    /// <param name="input">The input.</param>
    /// <param name="cancellationToken">Interrupts the turn when it fires.</param>
    /// <returns>The items of the stream; of a chain that makes one value, that value.</returns>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    /// <exception cref="TurnException">The turn did not complete.</exception>
    public async ValueTask<IReadOnlyList<TOut>> RunToListAsync(TIn input, CancellationToken cancellationToken = default)
    {
        Turn<TOut> turn = Start(input, cancellationToken);
        List<TOut> items = [];
        await foreach (TOut item in turn.Output.ConfigureAwait(OnChainsScheduler))
        {
            items.Add(item);
        }

        return items;
    }

    /// <summary>
    /// Makes the chain a Dataflow block: each input is a turn, and the outputs come as the turns make them, in the order of the inputs.
    /// </summary>
    /// <param name="maxTurns">
    /// How many turns the block runs at once; at least 1. The outputs of a turn wait, bounded, until the turns before it have put out
    /// theirs. Twice as many inputs may wait in the block; a further one is postponed, as with any bounded Dataflow block.
    /// </param>
    /// <param name="onNotCompleted">
    /// Called with a turn's end when it did not complete, after the outputs it had made; its input then has no further output. One call at
    /// a time, in the order of the inputs. What it throws faults the block.
    /// </param>
    /// <returns>
    /// The block. Completing it completes what is linked to it with <c>PropagateCompletion</c>, once the turns inside have ended. A turn
    /// that does not complete faults it with its <see cref="TurnException"/>, unless <paramref name="onNotCompleted"/> takes that; faulting
    /// it interrupts the turns inside and drops outputs that were not taken. When the chain is full, inputs wait for room in it,
    /// however long that takes, and their turns' clocks start when they have it. A target that is slow or declines holds up the turns, not memory.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTurns"/> is less than 1, or more than 2^30.</exception>
    public IPropagatorBlock<TIn, TOut> AsPropagatorBlock(int maxTurns = 16, Action<TurnException>? onNotCompleted = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTurns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTurns, 1 << 30);
        return new ChainBlock<TIn, TOut>(StartForBlockAsync, maxTurns, onNotCompleted, _runtime.Scheduler);
    }

    /// <summary>Starts a turn when there is room, however long that takes: an input that waits in a Dataflow network has no turn yet.</summary>
    async ValueTask<Turn<TOut>> StartForBlockAsync(TIn input, CancellationToken cancellationToken)
    {
        string? refusal = _runtime.TryAdmit()
            ? null
            : await _runtime.AdmitAsync(BudgetClock.Never, int.MaxValue, OnChainsScheduler, cancellationToken).ConfigureAwait(OnChainsScheduler);
        TurnState<TOut> turn = IsStream ? MakeStreamTurn(refusal is not null) : MakeValueTurn(refusal is not null);
        Launch(turn, input, refusal, cancellationToken);
        return new Turn<TOut>(turn);
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
        await _runtime.DrainAsync(cancellationToken).ConfigureAwait(OnChainsScheduler);
        _runtime.Log.Drained(Name, DetachedBlocks);
    }

    /// <summary>Interrupts every turn inside, as their hosts would: for a shutdown that cannot wait for them.</summary>
    public void InterruptTurns() => _runtime.InterruptTurns();

    /// <summary>
    /// Stops the chain. Interrupts the turns inside, read or not, and waits until their blocks have ended, for
    /// <see cref="ChainOptions.Grace"/> at most. To let the turns inside complete, await <see cref="DrainAsync"/> first.
    /// </summary>
    /// <returns>
    /// A task for the stop. After it no block runs but those that ignored their token and were detached (<see cref="DetachedBlocks"/>), so
    /// the resources of the blocks may be disposed. It never throws, and a second call does nothing.
    /// </returns>
    public async ValueTask DisposeAsync()
    {
        _runtime.Close();
        await _runtime.DrainAsync(CancellationToken.None).ConfigureAwait(OnChainsScheduler);
        await _runtime.Quiet.AllAsync().ConfigureAwait(OnChainsScheduler);
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

    /// <summary>Whether to come back on the current scheduler: on a chain's own, virtual time depends on it.</summary>
    static bool OnChainsScheduler => !ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default);

    ValueTurn<TOut> MakeValueTurn(out string? refusal)
    {
        refusal = _runtime.Admit();
        return MakeValueTurn(refusal is not null);
    }

    ValueTurn<TOut> MakeValueTurn(bool isRefused) => _runtime.Plan is null
        ? new ValueTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused }
        : new SpeculativeValueTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused };

    StreamTurn<TOut> MakeStreamTurn(out string? refusal)
    {
        refusal = _runtime.Admit();
        return MakeStreamTurn(refusal is not null);
    }

    StreamTurn<TOut> MakeStreamTurn(bool isRefused) => _runtime.Plan is null
        ? new StreamTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused }
        : new SpeculativeStreamTurn<TOut>(_runtime, _runtime.NextTurn()) { WasRefused = isRefused };

    void Launch(TurnState turn, TIn input, string? refusal, CancellationToken cancellationToken, Hop? entry = null)
    {
        if (refusal is not null)
        {
            turn.TryEnd(TurnOutcome.Rejected, new TurnRejectedException(null, refusal));
            return;
        }

        Enter(turn, cancellationToken);
        Forget(_head.AcceptAsync(new Envelope<TIn>(turn, input, entry, null, entry?.EndedAt ?? turn.StartedAt)));
    }

    void Enter(TurnState turn, CancellationToken cancellationToken)
    {
        _runtime.Enter(turn);
        turn.Begin(cancellationToken);
        if (_runtime.IsClosed)
        {
            // The chain was disposed between the admission and this line, and may have gone through the turns inside before.
            turn.Interrupt();
        }
    }

    /// <summary>Runs the fused blocks at the head on this thread, under a context that carries nothing of the caller's.</summary>
    bool TryLaunchInPlace(TurnState turn, TIn input)
    {
        if (_inPlace is null || _head.CleanContext is not { } clean || ExecutionContext.Capture() is not { } callers)
        {
            return false;
        }

        Enter(turn, CancellationToken.None);
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
