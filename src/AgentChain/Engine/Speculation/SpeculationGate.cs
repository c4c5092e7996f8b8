using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Links;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>The type-independent part of the gate around a block that can see or publish hypotheses.</summary>
abstract class SpeculationGate
{
    int _loadFailed;

    protected SpeculationGate(LinkContext scope, BlockNode node, object block)
    {
        (Node, Runtime, Path) = (node, scope.Runtime, scope.Path);
        Plan = scope.Runtime.Plan!;
        Hooks = block as ICommitHooks;
        Level = (SpeculationLevel)Math.Min((int)node.Settings.Speculation, (int)Plan.Options.Level);
        Tags = [new(TelemetryNames.ChainTag, scope.Runtime.Name), new(TelemetryNames.BlockTag, node.Name)];
        Index = Plan.Add(this);
    }

    public BlockNode Node { get; }

    public ChainRuntime Runtime { get; }

    public SpeculationPlan Plan { get; }

    public SpeculationLevel Level { get; }

    public ICommitHooks? Hooks { get; }

    public KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>Its position in the chain; a larger index is further upstream.</summary>
    public int Index { get; }

    public BranchPath? Path { get; }

    /// <summary>The estimated duration of the block's runs.</summary>
    public WorkEstimator Work { get; } = new();

    /// <summary>The estimated duration of the block's prefills.</summary>
    public WorkEstimator PrefillWork { get; } = new();

    /// <summary>The rate at which work at this gate is reused although an upstream block ran again.</summary>
    public ReuseRateEstimator Salvage { get; } = new();

    /// <summary>The gate that a value from this one reached last; null before the first.</summary>
    public SpeculationGate? Next { get; set; }

    /// <summary>Whether a value that leaves this gate can reach another gate.</summary>
    public bool Reaches(SpeculationGate gate) => Index > gate.Index && !BranchPath.AreApart(Path, gate.Path);

    /// <summary>Returns the estimated time of the block and of the speculating blocks downstream, one after the other, in ticks.</summary>
    public double PathWork(double own)
    {
        double sum = own;
        int steps = 0;

        // 32 only bounds the walk, which runs under the lock; chains with more gates in a row are not expected.
        for (SpeculationGate? gate = Next; gate is not null && steps < 32; gate = gate.Next, steps++)
        {
            sum += gate.Level == SpeculationLevel.Full ? gate.Work.Mean ?? 0 : 0;
        }

        return sum;
    }

    /// <summary>Creates the request to the controller. Under the lock of the turn's speculation.</summary>
    public SpeculationRequest Ask(TurnSpeculation speculation, HypothesisScope hypothesis, int unchanged, int started, long now)
    {
        TimeSpan age = Elapsed(hypothesis.At, now);
        HypothesisFeatures features = hypothesis.Features;
        double work = (Level == SpeculationLevel.Prefill ? PrefillWork.Mean ?? Work.Mean : Work.Mean) ?? 0;
        TimeSpan? left = features.TimeToFinal - age;
        return new SpeculationRequest
        {
            Block = Node.Name,
            Level = Level,
            Now = Elapsed(0, now),
            Probability = hypothesis.Probability,
            Features = features with
            {
                // A silence continues until something else is published. Zero means speech, which age does not turn into silence.
                Silence = features.Silence > TimeSpan.Zero ? features.Silence + age : features.Silence,
                TimeToFinal = left < TimeSpan.Zero ? TimeSpan.Zero : left,
            },
            Unchanged = unchanged,
            Started = started,
            Work = Elapsed(0, (long)work),
            Path = Elapsed(0, (long)(Level == SpeculationLevel.Prefill ? work : PathWork(work))),
            TimeToFinal = left < TimeSpan.Zero ? TimeSpan.Zero : left,
            Load = Node.Settings.Device is { } device ? LoadOf(device) : 0,
            Budget = speculation.Waste,
        };
    }

    public SpeculationDecision Decide(TurnSpeculation speculation, in SpeculationRequest request)
    {
        try
        {
            return Plan.Controller.Decide(request);
        }
        catch (Exception error)
        {
            speculation.Fault(error);
            Runtime.Log.ControllerFailed(Runtime.Name, Node.Name, error.GetType().FullName);
            return new(SpeculationVerdict.Decline, SpeculationReason.Failed, 0, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>Reports the outcome of a decision to the controller and the account.</summary>
    public void Resolve(TurnSpeculation speculation, in SpeculationResolution resolution)
    {
        speculation.Decided(resolution);
        try
        {
            Plan.Controller.Resolve(resolution);
        }
        catch (Exception error)
        {
            speculation.Fault(error);
            Runtime.Log.ControllerFailed(Runtime.Name, Node.Name, error.GetType().FullName);
        }
    }

    /// <summary>Returns the load of the devices; 0 if the scheduler throws or returns an invalid load.</summary>
    double LoadOf(DeviceRequest device)
    {
        try
        {
            double load = Runtime.Devices.LoadOf(device);
            return load > 0 ? load : 0;
        }
        catch (Exception error)
        {
            if (Interlocked.Exchange(ref _loadFailed, 1) == 0)
            {
                Runtime.Log.LoadFailed(Runtime.Name, Node.Name, error.GetType().FullName);
            }

            return 0;
        }
    }

    public TimeSpan Elapsed(long from, long to) => Runtime.Time.GetElapsedTime(from, Math.Max(from, to));
}
