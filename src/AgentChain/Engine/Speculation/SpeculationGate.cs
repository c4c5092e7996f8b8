using AgentChain.Devices;
using AgentChain.Diagnostics;
using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>What stands around a block that may see hypotheses or publishes them, whatever its types.</summary>
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

    /// <summary>Its place in the chain: the larger, the further up.</summary>
    public int Index { get; }

    public BranchPath? Path { get; }

    /// <summary>How long the block works.</summary>
    public WorkEstimator Work { get; } = new();

    /// <summary>How long warming the block takes.</summary>
    public WorkEstimator PrefillWork { get; } = new();

    /// <summary>How often work at this gate stood although a block in front of it ran again.</summary>
    public ReuseRateEstimator Salvage { get; } = new();

    /// <summary>The gate that what leaves this one reached last; null before any has.</summary>
    public SpeculationGate? Next { get; set; }

    /// <summary>Whether something that leaves this gate can come to another.</summary>
    public bool Reaches(SpeculationGate gate) => Index > gate.Index && !BranchPath.AreApart(Path, gate.Path);

    /// <summary>How long the block and those behind it that speculate take, one after the other, in ticks.</summary>
    public double PathWork(double own)
    {
        double sum = own;
        int steps = 0;
        for (SpeculationGate? gate = Next; gate is not null && steps < 32; gate = gate.Next, steps++)
        {
            sum += gate.Level == SpeculationLevel.Full ? gate.Work.Mean ?? 0 : 0;
        }

        return sum;
    }

    /// <summary>Asks the controller. Under the ledger's lock.</summary>
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
                // A silence goes on as long as nothing else is published; speech is no silence.
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

    /// <summary>Tells the controller and the account how a question turned out.</summary>
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

    /// <summary>How busy the devices are; a scheduler that throws, or says what is no load, does not tell.</summary>
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
