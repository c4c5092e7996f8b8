using System.Diagnostics;
using AgentChain.Blocks;
using AgentChain.Building;
using AgentChain.Costs;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Interop;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Reporting;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
using AgentChain.Forecasts;
using AgentChain.Placement;
using AgentChain.Simulation;
using AgentChain.Speculation;

namespace AgentChain;

/// <summary>
/// Represents a built chain: validated, and shared by many turns at once. Its output is one value (<see cref="Chain{TIn,TOut}"/>) or a
/// stream (<see cref="StreamChain{TIn,TOut}"/>). Safe for use from any thread. Dispose it to stop its threads.
/// </summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output: of the one value, or of the items of the stream.</typeparam>
[DebuggerDisplay("{Name,nq}: {LiveTurns} turns")]
public abstract partial class ChainBase<TIn, TOut> : IAsyncDisposable
{
    readonly ChainRuntime _runtime;
    readonly BlockQueue<TIn> _head;

    /// <summary>The node that the time before the first block is attributed to.</summary>
    readonly BlockNode _entry;

    /// <summary>The first block, if it is fused and only a fault can end a turn early; otherwise null.</summary>
    readonly Target<TIn>? _inPlace;
    readonly IDisposable? _ownedDevices;
    readonly IReadOnlyList<BlueprintNode> _declared;
    readonly bool _isSplit;

    private protected ChainBase(
        string name,
        ChainOptions options,
        IReadOnlyList<BlueprintNode> blueprint,
        ValueLink<TIn, TOut>? value,
        StreamLink<TIn, TOut>? items)
    {
        blueprint = BlueprintOptions.Apply(name, blueprint, options.Blocks);
        (Name, Options, Value, Items) = (name, options, value, items);
        IDeviceScheduler devices = options.Devices ?? new DeviceScheduler();
        _ownedDevices = options.Devices is null ? (IDisposable)devices : null;
        try
        {
            BlueprintCheck.Run(name, blueprint, options, items is not null, HostServices.DevicesOf(name, devices));
            BlueprintPlan.Check(name, blueprint, devices);
            CostBook? costs = BlueprintCosts.Of(name, options.Costs, options.Overload is not null, blueprint);
            _declared = blueprint;
            Blueprint = new BlueprintBudgets(name, options, costs, items is not null, BlueprintPlan.PlanOf(devices)).Apply(
                blueprint, out Dictionary<string, LatencyBudget> shares);
            _isSplit = shares.Count > 0;
            BlueprintForecasts.CheckInputs<TIn>(name, blueprint);
            ForecastPlan? forecasts = new BlueprintForecasts(
                costs, (block, failure) => _runtime!.Log.TurnFeaturesFailed(name, block, failure)).Plan(blueprint, options.Overload);
            _runtime = MakeRuntime(name, options, blueprint, devices, costs, shares, forecasts);
            _runtime.BudgetEvents.Sender = this;
            (options.TimeProvider as IWorkObserver)?.Observe(_runtime.Work);
            var scope = new LinkContext(_runtime, "");
            Target<TIn> head = value is not null ? value(scope, new ValueOutput<TOut>()) : items!(scope, new StreamOutput<TOut>());

            // Even a chain of only cheap blocks has a queue: a turn that can end early must not depend on its caller's thread.
            _entry = scope.Node(ReportBuilder.Entry, new BlockSettings());
            _head = head as BlockQueue<TIn> ?? Links.Queue(scope, _entry, head);
            bool endsOnlyByItself = options.Budget.IsNone && ReferenceEquals(_runtime.Scheduler, TaskScheduler.Default);
            _runtime.KeepsWarm = options.KeepWarm is { } period ? new KeepWarm(_runtime, Blueprint, period) : null;
            _inPlace = head is not BlockQueue<TIn> && endsOnlyByItself ? head : null;
        }
        catch
        {
            _runtime?.Dispose();
            _ownedDevices?.Dispose();
            throw;
        }
    }

    static ChainRuntime MakeRuntime(string name, ChainOptions options, IReadOnlyList<BlueprintNode> blueprint, IDeviceScheduler devices,
        CostBook? costs, Dictionary<string, LatencyBudget> shares, ForecastPlan? forecasts) =>
        new(name, new RuntimeSettings
        {
            Time = HostServices.Clock(name, options.TimeProvider),
            Scheduler = options.TaskScheduler switch
            {
                null => TaskScheduler.Default,
                var own when ReferenceEquals(own, TaskScheduler.Default) || own is VirtualScheduler => own,
                var hosts => new GuardedScheduler(hosts),
            },
            IsVirtual = options.TaskScheduler is VirtualScheduler,
            Devices = devices,
            Logger = HostServices.Logger(name, options.LoggerFactory),
            Meter = HostServices.Meter(name, options.MeterFactory),
            Budget = options.Budget,
            WarningShare = options.BudgetWarningShare,
            Costs = costs,
            Forecasts = forecasts,
            LiveInput = blueprint.Any(n => n.HasLiveInput),
            Speculation = options.Speculation,
            MaxTurns = options.MaxTurns,
            OutputCapacity = options.OutputCapacity,
            Grace = options.Grace,
            IncludeSensitiveData = options.IncludeSensitiveData,
            Configure = (block, settings) =>
            {
                BlockSettings own = BlueprintOptions.Apply(block, settings, options.Blocks);
                return shares.TryGetValue(block, out LatencyBudget share) ? own with { Budget = share } : own;
            },
            Report = ReportBuilder.Build,
        })
        {
            Layer = BlueprintSpeculation.Speculates(blueprint, options.Speculation) ? new SpeculationPlan(options.Speculation) : null,
        };

    /// <summary>Gets the name of the chain.</summary>
    public string Name { get; }

    /// <summary>
    /// Occurs when <see cref="ChainOptions.BudgetWarningShare"/> of the budget of a turn, or of a block's run, is gone and what it limits has
    /// not come.
    /// </summary>
    /// <remarks>
    /// Handlers run on the chain's scheduler and delay no turn; what they throw is logged. Turns and runs that began before there was a
    /// handler do not raise it. The limit of a stall has no warning.
    /// </remarks>
    public event EventHandler<BudgetEventArgs>? BudgetWarning
    {
        add => _runtime.BudgetEvents.Warning += value;
        remove => _runtime.BudgetEvents.Warning -= value;
    }

    /// <summary>Occurs when a turn, or a block's run, has exceeded its budget.</summary>
    /// <remarks>Handlers run on the chain's scheduler and delay no turn; what they throw is logged.</remarks>
    public event EventHandler<BudgetEventArgs>? BudgetExceeded
    {
        add => _runtime.BudgetEvents.Exceeded += value;
        remove => _runtime.BudgetEvents.Exceeded -= value;
    }

    /// <summary>Gets the learned costs of the chain's blocks; <see langword="null"/> if the chain does not learn.</summary>
    public CostBook? Costs => _runtime.Settings.Costs;

    /// <summary>Gets a value that indicates whether the chain produces a stream rather than one value.</summary>
    internal bool IsStream => Items is not null;

    /// <summary>Gets the number of turns in the chain.</summary>
    public int LiveTurns => _runtime.LiveTurns;

    /// <summary>
    /// Gets the number of blocks that are still running after they were detached from their turns for ignoring their cancellation token.
    /// </summary>
    public int DetachedBlocks => _runtime.DetachedBlocks;

    /// <summary>Gets the scheduler that places the chain's blocks on devices.</summary>
    public IDeviceScheduler Devices => _runtime.Devices;

    internal ChainOptions Options { get; }

    internal IReadOnlyList<BlueprintNode> Blueprint { get; }

    internal ValueLink<TIn, TOut>? Value { get; }

    internal StreamLink<TIn, TOut>? Items { get; }

    /// <summary>Stops admitting turns and waits until the turns in the chain have ended.</summary>
    /// <param name="cancellationToken">A token that cancels the wait, not the turns.</param>
    /// <returns>A task that completes when the chain is empty.</returns>
    public async ValueTask DrainAsync(CancellationToken cancellationToken = default)
    {
        HostThread.Leave();
        await _runtime.DrainAsync(cancellationToken);
        _runtime.Log.Drained(Name, DetachedBlocks);
    }

    /// <summary>
    /// Interrupts every turn in the chain, as its host would. Use it for a shutdown that cannot wait for the turns to complete.
    /// </summary>
    public void InterruptTurns() => _runtime.InterruptTurns();

    /// <summary>
    /// Stops the chain. Interrupts the turns and warm-ups in it, whether or not they are being read, and waits for at most
    /// <see cref="ChainOptions.Grace"/> until their blocks have ended. To let the turns complete, await <see cref="DrainAsync"/> first.
    /// </summary>
    /// <returns>
    /// A task that completes when the chain has stopped. After that, the only blocks still running are those that ignored their
    /// cancellation token and were detached (<see cref="DetachedBlocks"/>). If there are none, the blocks' resources can be disposed. This
    /// method never throws, and a second call does nothing.
    /// </returns>
    public async ValueTask DisposeAsync()
    {
        HostThread.Leave();
        _runtime.Close();
        await _runtime.DrainAsync(CancellationToken.None);
        await _runtime.Quiet.AllAsync();
        await _runtime.WarmUps.EndAsync(_runtime);
        _runtime.Dispose();
        _ownedDevices?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Explains how the chain's budget is split over its blocks, from what is known of their times now, and how many turns are expected on
    /// time; and where the plan of devices that its scheduler follows places them, and which devices are lost.
    /// </summary>
    /// <returns>The plan; its <see cref="BudgetPlan.ToString"/> is a table.</returns>
    /// <remarks>Safe for use from any thread. It takes some milliseconds, so call it for a log or a page, not in a turn.</remarks>
    public BudgetPlan Explain()
    {
        PlacementPlan? plan = BlueprintPlan.PlanOf(Devices);
        return new BlueprintBudgets(Name, Options, Costs, IsStream, plan).Plan(_declared, _isSplit) with
        {
            Placement = plan,
            Lost = plan is null ? [] : BlueprintPlan.LostOf(Devices),
            Works = BlueprintCosts.Works(Costs, _declared),
        };
    }

    /// <summary>Draws the chain as a Mermaid flowchart, for a README, an issue or a dashboard.</summary>
    /// <returns>
    /// The source of the flowchart. A thin arrow carries one value. A thick arrow carries a stream and is labeled with its capacity. Blocks
    /// with a dashed border run in place; those that share a box run together. The other blocks show their budget, devices and limits, and
    /// where the plan that the chain's scheduler follows places them, and whether that device is lost.
    /// </returns>
    public string ToMermaid()
    {
        PlacementPlan? plan = BlueprintPlan.PlanOf(Devices);
        IReadOnlyList<string> lost = plan is null ? [] : BlueprintPlan.LostOf(Devices);
        return Mermaid.Draw(Name, BlueprintDiagram.Of(Blueprint, plan, lost), Options.Budget);
    }

    /// <summary>Returns the name of the chain.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
