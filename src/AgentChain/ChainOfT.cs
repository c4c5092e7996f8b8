using System.Diagnostics;
using AgentChain.Blocks;
using AgentChain.Budgets;
using AgentChain.Building;
using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Interop;
using AgentChain.Engine.Links;
using AgentChain.Engine.Nodes;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Reporting;
using AgentChain.Engine.Speculation;
using AgentChain.Engine.Turns;
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
public sealed partial class Chain<TIn, TOut> : IAsyncDisposable
{
    readonly ChainRuntime _runtime;
    readonly BlockQueue<TIn> _head;

    /// <summary>The owner of the time before the first block.</summary>
    readonly BlockNode _entry;

    /// <summary>The first block, where it is fused and nothing but a fault can end a turn early; null elsewhere.</summary>
    readonly Target<TIn>? _inPlace;
    readonly IDisposable? _ownedDevices;

    Chain(string name, ChainOptions options, IReadOnlyList<BlueprintNode> blueprint, ValueLink<TIn, TOut>? value, StreamLink<TIn, TOut>? items)
    {
        (Name, Options, Blueprint, Value, Items) = (name, options, blueprint, value, items);
        IDeviceScheduler devices = options.Devices ?? new DeviceScheduler();
        _ownedDevices = options.Devices is null ? (IDisposable)devices : null;
        try
        {
            BlueprintCheck.Run(name, blueprint, options, items is not null, HostServices.DevicesOf(name, devices));
            _runtime = MakeRuntime(name, options, blueprint, devices);
            (options.TimeProvider as IWorkObserver)?.Observe(_runtime.Work);
            var scope = new LinkContext(_runtime, "");
            Target<TIn> head = value is not null ? value(scope, new ValueOutput<TOut>()) : items!(scope, new StreamOutput<TOut>());

            // Even a chain of cheap blocks alone has a queue: a turn that can end early must not depend on its caller's thread.
            _entry = scope.Node(ReportBuilder.Entry, new BlockSettings());
            _head = head as BlockQueue<TIn> ?? Links.Queue(scope, _entry, head);
            bool endsOnlyByItself = options.Budget.IsNone && ReferenceEquals(_runtime.Scheduler, TaskScheduler.Default);
            _inPlace = head is not BlockQueue<TIn> && endsOnlyByItself ? head : null;
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
            IsVirtual = options.TaskScheduler is VirtualScheduler,
            Devices = devices,
            Logger = HostServices.Logger(name, options.LoggerFactory),
            Meter = HostServices.Meter(name, options.MeterFactory),
            Budget = options.Budget,
            LiveInput = blueprint.Any(n => n.HasLiveInput),
            MaxTurns = options.MaxTurns,
            OutputCapacity = options.OutputCapacity,
            Grace = options.Grace,
            IncludeSensitiveData = options.IncludeSensitiveData,
            Report = ReportBuilder.Build,
        })
        {
            Layer = BlueprintSpeculation.Speculates(blueprint, options.Speculation) ? new SpeculationPlan(options.Speculation) : null,
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
    /// Stops the chain. Interrupts the turns inside, read or not, and waits until their blocks have ended, for
    /// <see cref="ChainOptions.Grace"/> at most. To let the turns inside complete, await <see cref="DrainAsync"/> first.
    /// </summary>
    /// <returns>
    /// A task for the stop. After it no block runs but those that ignored their token and were detached (<see cref="DetachedBlocks"/>), so
    /// the resources of the blocks may be disposed. It never throws, and a second call does nothing.
    /// </returns>
    public async ValueTask DisposeAsync()
    {
        HostThread.Leave();
        _runtime.Close();
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
}
