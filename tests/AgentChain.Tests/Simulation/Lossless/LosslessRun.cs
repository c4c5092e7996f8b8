using AgentChain.Simulation;
using AgentChain.Speculation;
using AgentChain.Tests.Engine;
using AgentChain.Tests.Simulation.Lossless.Hostile;

namespace AgentChain.Tests.Simulation.Lossless;

/// <summary>A random chain and its turns, in virtual time.</summary>
sealed class LosslessRun
{
    readonly int _seed;
    readonly VirtualWorld _time;
    readonly LosslessDevices _devices;
    readonly Random _random;
    readonly IReadOnlyList<LosslessStep> _steps;
    readonly OutputShape? _output;
    readonly LosslessWorld _world;
    readonly LeavingReader? _reader;
    readonly TimeSpan? _budget;
    readonly Tally _tally = new();
    bool _isClosed;
    bool _isInterrupted;

    public LosslessRun(int seed, VirtualWorld time, LosslessDevices devices)
    {
        (_seed, _time, _devices) = (seed, time, devices);
        _random = new Random(seed);
        _steps = LosslessChain.Steps(seed);
        var fate = new Fate(seed, _random.Next(3) == 0 ? 0 : HostileHost.IsHostile(seed) ? 0.05 : 0.03);
        var host = HostileHost.Of(seed, time, fate);
        _world = new LosslessWorld(time, fate, devices.For(host, time), host);
        _budget = _random.Next(3) == 0 ? TimeSpan.FromMilliseconds(_random.Next(50, 400) + 0.25) : null;
        if (host is { IsStream: true })
        {
            bool speculates = host.Next(2) == 0;
            _output = new OutputShape("out", speculates, host.Next(2) == 0, speculates && host.Next(2) == 0, host.Next(2) == 0);
            _reader = new LeavingReader(host, time, _world.Check);
        }
    }

    HostileHost? Host => _world.Hostile;

    public async Task<Tally> PlayAsync(int turns, SpeculationLevel level)
    {
        ChainOptions options = Options(level);
        using HostileListeners? listeners = Host is { } host ? HostileListeners.AddTo(options, host) : null;
        ChainBuilder<long, long> builder = LosslessStep.AddAll(_steps, Chain.From<long>("lossless"), _world);
        ChainBase<long, long> chain = _output is null ? builder.Build(options) : _output.Build(builder, _world, options);
        Task closing = Host is null ? Task.CompletedTask : CloseAsync(chain);
        await Task.WhenAll(Enumerable.Range(0, turns).Select(_ => PlayTurnAsync(chain)));
        await closing;

        // What did not obey its token runs out.
        await _time.Delay(10_000);
        Assert.Empty(_world.Violations);
        Assert.Equal(
            "0 turns, 0 detached, 0 leases, 0 runs without an end, 0 blocks at work",
            $"{chain.LiveTurns} turns, {chain.DetachedBlocks} detached, {_devices.Scheduler.OpenLeases} leases, {_world.OpenRuns} runs without an end, {_world.Working} blocks at work");
        await chain.DisposeAsync();
        await _world.DisposeInnerAsync();
        if (Host is not null)
        {
            _tally.Hostility.Add(Host.Count);
        }

        return _tally;
    }

    ChainOptions Options(SpeculationLevel level) => _time.Options(o =>
    {
        o.Budget = _budget is { } b ? LatencyBudget.Total(b) : LatencyBudget.None;
        o.Devices = _world.Devices;
        o.OutputCapacity = Host is { } host ? 1 << host.Next(3) : o.OutputCapacity;
        o.Speculation = new SpeculationOptions
        {
            Level = level,
            Controller = _random.Next(3) switch { 0 => new EagerController(), 1 => new RandomController(_seed), _ => null },
            HoldCapacity = _random.Next(2) == 0 ? 2 : 4096,
            WasteShare = _random.Next(2) == 0 ? 0.1 : null,
        };
    });

    async Task PlayTurnAsync(ChainBase<long, long> chain)
    {
        await _time.Delay(_random.Next(0, 100));
        long input = _random.Next(1_000_000);
        double? cancelAt = _random.Next(5) == 0 ? _random.Next(0, 150) + (_random.Next(4) * 0.25) : null;
        bool isRefused = _isClosed;
        await using Turn<long> turn = chain.Start(input);
        Task<Reading>? reading = _reader?.ReadAsync(turn);
        if (cancelAt is { } at)
        {
            await Task.WhenAny(turn.Completion, _time.Delay(at));
            turn.Interrupt();
        }

        Reading? read = reading is null ? null : await reading;

        // Also where the reader has left: that ends the turn.
        TurnResult result = await turn.Completion;
        read ??= new([.. result.Outcome == TurnOutcome.Completed ? [await turn.Output.SingleAsync()] : Array.Empty<long>()], true, false, null);
        IReadOnlyList<string> effects = _world.EffectsOf(turn.Id);
        List<OutputPossibility> possible =
        [
            .. LosslessStep.EvaluateAll(_steps, new Possibility(input, []), _world)
                .Select(p => _output?.Evaluate(p, _world) ?? new OutputPossibility(p, p.Ends ? [] : [p.Value])),
        ];
        try
        {
            Assert.Equal(isRefused, result.Outcome == TurnOutcome.Rejected);
            if (!isRefused)
            {
                bool mayBeInterrupted = cancelAt is not null || read.MayInterrupt || _isInterrupted;
                new Verdict(result, read, effects, possible).Check(mayBeInterrupted, _budget is not null, Host);
            }
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(Verdict.Describe(_steps, _output, input, result, read, effects, possible), error);
        }

        _tally.Add(result);
    }

    /// <summary>Disposes or drains the chain, or interrupts its turns, in the middle, where the host does such.</summary>
    async Task CloseAsync(ChainBase<long, long> chain)
    {
        await _time.Delay(Host!.Next(250));
        if (Host.Is(Hostility.TurnsAreInterrupted))
        {
            Met(Hostility.TurnsAreInterrupted);
            _isInterrupted = true;
            chain.InterruptTurns();
            await _time.Delay(Host.Next(50));
        }

        if (Host.Is(Hostility.ChainIsDrained))
        {
            Met(Hostility.ChainIsDrained);
            _isClosed = true;
            await chain.DrainAsync();
            _world.Check(chain.LiveTurns == 0, "The chain was drained with turns inside.");
            await chain.DisposeAsync();
        }
        else if (Host.Is(Hostility.ChainIsDisposed))
        {
            Met(Hostility.ChainIsDisposed);
            (_isClosed, _isInterrupted) = (true, true);
            await chain.DisposeAsync();
            _world.Check(chain.LiveTurns == 0, "The chain was disposed with turns inside.");
            _world.Check(_world.Working <= chain.DetachedBlocks, $"{_world.Working} blocks worked on a disposed chain, of which {chain.DetachedBlocks} are detached.");
        }

        void Met(Hostility kind)
        {
            if (chain.LiveTurns > 0)
            {
                Host.Count.Met(kind);
            }
        }
    }
}
