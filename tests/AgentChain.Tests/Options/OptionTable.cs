using AgentChain.Blocks.Batching;
using AgentChain.Blocks.Caching;
using AgentChain.Blocks.Hedging;
using AgentChain.Blocks.Redaction;
using AgentChain.Blocks.Sentences;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
#pragma warning disable CA1806 // The objects are not used: their creation is what checks their options.

namespace AgentChain.Tests.Options;

/// <summary>A value that an option must reject, and the required error.</summary>
/// <param name="Set">Sets the option to the value, and triggers its check.</param>
/// <param name="Says">The option, the value and the allowed values.</param>
public sealed record BadValue(Action Set, params string[] Says);

/// <summary>The bad values of every option: key, type and member, with the parameter if there is one.</summary>
static class OptionTable
{
    static readonly TimeSpan Negative = -1.Milliseconds();

    public static readonly Dictionary<string, BadValue[]> Rows = new(StringComparer.Ordinal)
    {
        ["ChainOptions.Budget"] =
        [
            new(Built(o => o.Budget = LatencyBudget.FirstOutput(2.Seconds()).AndTotal(1.Seconds())), "ChainOptions.Budget", "2000 ms", "1000 ms"),
            new(Built(o => o.Budget = LatencyBudget.Stall(1.Seconds())), "ChainOptions.Budget", "1000 ms", "returns one value"),
        ],
        ["TurnOptions.Budget"] = [new(Started(new() { Budget = LatencyBudget.Stall(1.Seconds()) }), "TurnOptions.Budget", "1000 ms", "returns one value")],
        ["BlockOptions.Budget"] = [new(OfBlock(new() { Budget = LatencyBudget.Stall(1.Seconds()) }), "'queued'", "stall")],
        ["BlockOptions.Concurrency"] = Ints(v => OfBlock(new() { Concurrency = v }), "Blocks['queued'].Concurrency", 0, -1),
        ["BlockOptions.Capacity"] = Ints(v => OfBlock(new() { Capacity = v }), "Blocks['queued'].Capacity", 0, -1),
        ["BlockOptions.Device"] = [.. Names(v => OfBlock(new() { Device = v }), "Blocks['queued'].Device").Skip(1)],
        ["BlockOptions.Client"] = [.. Names(v => OfBlock(new() { Client = v }), "Blocks['queued'].Client").Skip(1)],
        ["BlockOptions.Speculation"] = [new(OfBlock(new() { Speculation = (AgentChain.Speculation.SpeculationLevel)9 }), "Blocks['queued'].Speculation", "9", "Full")],
        ["ChainOptions.MaxTurns"] = Ints(v => Built(o => o.MaxTurns = v), "ChainOptions.MaxTurns", 0, -1),
        ["ChainOptions.MaxWaitingTurns"] = Ints(v => Built(o => o.MaxWaitingTurns = v), "ChainOptions.MaxWaitingTurns", 0, -1),
        ["HedgeOptions.Quantile"] = Doubles(v => Hedged(new() { Quantile = v }), "HedgeOptions.Quantile", 0, 1, -1, double.NaN),
        ["HedgeOptions.Delay"] = Positive(v => Hedged(new() { Delay = v }), "HedgeOptions.Delay"),
        ["HedgeOptions.MaxExtra"] = Doubles(v => Hedged(new() { MaxExtra = v }), "HedgeOptions.MaxExtra", 0, 1.1, -1, double.NaN),
        ["HedgeOptions.Burst"] = Ints(v => Hedged(new() { Burst = v }), "HedgeOptions.Burst", 0, -1),
        ["HedgeOptions.LearnFrom"] = Ints(v => Hedged(new() { LearnFrom = v }), "HedgeOptions.LearnFrom", 0, -1),
        ["BatchOptions.MaxSize"] = Ints(v => Batched(new() { MaxSize = v }), "BatchOptions.MaxSize", 0, -1),
        ["BatchOptions.MaxWait"] = [new(Batched(new() { MaxWait = Negative }), "BatchOptions.MaxWait", "-1 ms", "zero or more")],
        ["BatchOptions.Concurrency"] = Ints(v => Batched(new() { Concurrency = v }), "BatchOptions.Concurrency", 0, -1),
        ["BatchOptions.Capacity"] = Ints(v => Batched(new() { Capacity = v }), "BatchOptions.Capacity", 0, -1),
        ["ChainOptions.BudgetWarningShare"] = Doubles(v => Built(o => o.BudgetWarningShare = v), "ChainOptions.BudgetWarningShare", 0, 1.1, -0.1, double.NaN),
        ["ChainOptions.OnTimeTarget"] = Doubles(v => Built(o => (o.Budget, o.OnTimeTarget) = (LatencyBudget.Total(1.Seconds()), v)), "ChainOptions.OnTimeTarget", 0, 1, -0.1, double.NaN, double.PositiveInfinity),
        ["OverloadOptions.RejectBelow"] = Doubles(v => Built(o => (o.Budget, o.Overload) = (LatencyBudget.Total(1.Seconds()), new() { RejectBelow = v })), "OverloadOptions.RejectBelow", -0.1, 1.1, double.NaN),
        ["OverloadOptions.OverloadBacklog"] = Ints(v => Built(o => (o.Budget, o.Overload) = (LatencyBudget.Total(1.Seconds()), new() { OverloadBacklog = v })), "OverloadOptions.OverloadBacklog", -1),
        ["ChainOptions.OutputCapacity"] = Ints(v => Built(o => o.OutputCapacity = v), "ChainOptions.OutputCapacity", 0, -1),
        ["ChainOptions.KeepWarm"] = [.. Positive(v => Built(o => o.KeepWarm = v), "ChainOptions.KeepWarm"), new(Built(o => o.KeepWarm = TimeSpan.FromTicks(1)), "ChainOptions.KeepWarm", "at least 1 ms")],
        ["ChainOptions.Grace"] = [new(Built(o => o.Grace = Negative), "ChainOptions.Grace", "-1 ms", "zero or more")],
        ["ChainOptions.Speculation"] = [new(Built(o => o.Speculation = null!), "ChainOptions.Speculation", "null", "leave it out")],

        ["ConversationOptions.Overlap"] = [new(Opened(o => o.Overlap = (TurnOverlap)9), "ConversationOptions.Overlap", "9", "Interrupt, Wait")],
        ["ConversationOptions.HistoryLength"] = [new(Opened(o => o.HistoryLength = -1), "ConversationOptions.HistoryLength", "-1", "at least 0")],
        ["ConversationOptions.FalseAlarmAfter"] =
        [
            new(Opened(o => o.FalseAlarmAfter = TimeSpan.Zero), "ConversationOptions.FalseAlarmAfter", "0 ms", "greater than zero"),
            new(Opened(o => o.FalseAlarmAfter = Negative), "ConversationOptions.FalseAlarmAfter", "-1 ms", "greater than zero"),
        ],

        ["SpeculationOptions.Level"] = [new(Speculating(new() { Level = (SpeculationLevel)9 }), "SpeculationOptions.Level", "9", "Full")],
        ["SpeculationOptions.WasteShare"] =
        [
            .. Doubles(v => Speculating(new() { WasteShare = v }), "SpeculationOptions.WasteShare", -0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity),
        ],
        ["SpeculationOptions.WasteBurst"] = [new(Speculating(new() { WasteBurst = Negative }), "SpeculationOptions.WasteBurst", "-1 ms", "zero or more")],
        ["SpeculationOptions.HoldCapacity"] = Ints(v => Speculating(new() { HoldCapacity = v }), "SpeculationOptions.HoldCapacity", 0, -1),
        ["SpeculationOptions.HookTimeout"] = Positive(v => Speculating(new() { HookTimeout = v }), "SpeculationOptions.HookTimeout"),

        ["SpeculationControllerOptions.Price"] = NotNegative(v => Controlled(new() { Price = v }), "SpeculationControllerOptions.Price"),
        ["SpeculationControllerOptions.LoadPrice"] = NotNegative(v => Controlled(new() { LoadPrice = v }), "SpeculationControllerOptions.LoadPrice"),
        ["SpeculationControllerOptions.BudgetPrice"] = NotNegative(v => Controlled(new() { BudgetPrice = v }), "SpeculationControllerOptions.BudgetPrice"),
        ["SpeculationControllerOptions.Margin"] = [new(Controlled(new() { Margin = Negative }), "SpeculationControllerOptions.Margin", "-1 ms", "zero or more")],
        ["SpeculationControllerOptions.MaxStartsPerTurn"] = Ints(v => Controlled(new() { MaxStartsPerTurn = v }), "SpeculationControllerOptions.MaxStartsPerTurn", 0, -1),
        ["SpeculationControllerOptions.CalibrationWindow"] =
            Ints(v => Controlled(new() { CalibrationWindow = v }), "SpeculationControllerOptions.CalibrationWindow", 9, 0, -1, int.MaxValue),
        ["SpeculationControllerOptions.CalibrationBand"] =
            [.. NotNegative(v => Controlled(new() { CalibrationBand = v }), "SpeculationControllerOptions.CalibrationBand"), .. Doubles(v => Controlled(new() { CalibrationBand = v }), "SpeculationControllerOptions.CalibrationBand", 0)],
        ["SpeculationControllerOptions.CalibrationTolerance"] =
            Doubles(v => Controlled(new() { CalibrationTolerance = v }), "SpeculationControllerOptions.CalibrationTolerance", -0.1, 1.1, double.NaN, double.PositiveInfinity),
        ["SpeculationControllerOptions.LogSize"] = Ints(v => Controlled(new() { LogSize = v }), "SpeculationControllerOptions.LogSize", -1, int.MaxValue),

        ["BlockSetup.Budget(total)"] = Positive(v => Block(o => o.Budget(v)), "total time"),
        ["BlockSetup.Budget(budget)"] =
        [
            new(Block(o => o.Budget(LatencyBudget.FirstOutput(2.Seconds()).AndTotal(1.Seconds()))), "'step'", "2000 ms", "1000 ms"),
        ],
        ["BlockSetup.FirstOutput(time)"] = Positive(v => Block(o => o.FirstOutput(v)), "first output"),
        ["BlockSetup.Stall(time)"] =
        [
            .. Positive(v => Block(o => o.Stall(v)), "longest stall"),
            new(Block(o => o.Stall(1.Seconds())), "'step'", "1000 ms", "returns one value"),
            new(() => Step.Then("sync", x => x, o => o.Stall(1.Seconds())).Build(), "'sync'", "1000 ms", "returns one value"),
            new(() => Step.Stream("s", Items).ThenEach("each", (x, _) => Task.FromResult(x), o => o.Stall(1.Seconds())).Build(), "'each'", "1000 ms", "returns one value"),
            new(() => Step.Route("route", (_, _) => Task.FromResult("a"), r => r.To("a", b => b.Then("a", x => x)), o => o.Stall(1.Seconds())).Build(), "'route'", "1000 ms", "returns one value"),
        ],
        ["BlockSetup.OnOverrun(action)"] =
        [
            new(Block(o => o.OnOverrun((OverrunAction)9)), "action", "9", "Report, Cancel, Fallback"),
            new(Block(o => o.OnOverrun(OverrunAction.Fallback)), "action", "Fallback", "OnOverrun(Overrun.Fallback(value))"),
        ],
        ["BlockSetup.OnOverrun(fallback)"] =
        [
            new(Block(o => o.OnOverrun(default(FallbackBlock<int, int>))), "fallback", "null"),
            new(Block(o => o.OnOverrun(Overrun.Fallback(1))), "'step'", "fallback", "no budget"),
        ],
        ["StreamSetup.OnOverrun(fallback)"] = [new(Streaming(o => o.OnOverrun(Overrun.Fallback(1))), "'items'", "fallback", "no budget")],
        ["BlockSetup.On(device)"] = [.. Names(v => Block(o => o.On(v)), "name"), new(Block(o => o.On("cuda:7")), "'step'", "cuda:7", "cpu")],
        ["BlockSetup.On(kind)"] = [new(Block(o => o.On((DeviceKind)99)), "kind", "99", "Cpu")],
        ["BlockSetup.Concurrency(turns)"] =
        [
            .. Ints(v => Block(o => o.Concurrency(v)), "'step': Concurrency", 0, -1),
            new(Block(o => o.Concurrency(3).Capacity(2)), "'step'", "Concurrency is 3", "Capacity of 2"),
        ],
        ["BlockSetup.Capacity(values)"] = Ints(v => Block(o => o.Capacity(v)), "'step': Capacity", 0, -1),
        ["BlockSetup.Capacity(whenFull)"] = [new(Block(o => o.Capacity(1, (QueueFullMode)9)), "whenFull", "9", "Wait, Reject")],
        ["BlockSetup.Effect(effect)"] = [new(Block(o => o.Effect((Effect)9)), "effect", "9", "Pure")],
        ["BlockSetup.Speculate(level)"] =
        [
            new(Block(o => o.Speculate((SpeculationLevel)9)), "level", "9", "Full"),
            new(Block(o => o.Speculate()), "'step'", "can never speculate"),
            new(Block(o => o.Speculate().Effect(Effect.Effectful)), "'step'", "effects", "Remove Speculate"),
        ],
        ["BlockSetup.MaxSpeculations(hypotheses)"] = Ints(v => Block(o => o.MaxSpeculations(v)), "'step': MaxSpeculations", 0, -1),
        ["BlockSetup.Operation(name)"] = Names(v => Block(o => o.Operation(v)), "name"),
        ["StreamSetup.StreamCapacity(items)"] = Ints(v => Streaming(o => o.StreamCapacity(v)), "'items': StreamCapacity", 0, -1),

        ["LoopBound.Fail(rounds)"] = Ints(v => Loop(LoopBound.Fail(v)), "'loop'", 0, -1),
        ["LoopBound.TakeLast(rounds)"] = Ints(v => Loop(LoopBound.TakeLast(v)), "'loop'", 0, -1),
        ["LatencyBudget.FirstOutput(time)"] = Positive(v => () => LatencyBudget.FirstOutput(v), "first output"),
        ["LatencyBudget.Total(time)"] = Positive(v => () => LatencyBudget.Total(v), "total time"),
        ["LatencyBudget.Stall(time)"] = Positive(v => () => LatencyBudget.Stall(v), "longest stall"),
        ["LatencyBudget.AndFirstOutput(time)"] = Positive(v => () => LatencyBudget.None.AndFirstOutput(v), "first output"),
        ["LatencyBudget.AndTotal(time)"] = Positive(v => () => LatencyBudget.None.AndTotal(v), "total time"),
        ["LatencyBudget.AndStall(time)"] = Positive(v => () => LatencyBudget.None.AndStall(v), "longest stall"),

        ["ComputeDevice.ComputeDevice(name)"] = Names(v => Device(new(v, DeviceKind.Cpu)), "ComputeDevice.Name"),
        ["ComputeDevice.ComputeDevice(kind)"] = [new(Device(new("cpu", (DeviceKind)99)), "ComputeDevice.Kind", "99", "Cpu")],
        ["ComputeDevice.Name"] = Names(v => Device(ComputeDevice.Cpu() with { Name = v }), "ComputeDevice.Name"),
        ["ComputeDevice.Kind"] = [new(Device(ComputeDevice.Cpu() with { Kind = (DeviceKind)99 }), "ComputeDevice.Kind", "99", "Cpu")],
        ["ComputeDevice.Description"] = [new(Device(ComputeDevice.Cpu() with { Description = null! }), "ComputeDevice.Description", "null")],
        ["ComputeDevice.MemoryBytes"] =
        [
            new(Device(ComputeDevice.Cpu() with { MemoryBytes = 0 }), "ComputeDevice.MemoryBytes", "0", "greater than 0"),
            new(Device(ComputeDevice.Cpu() with { MemoryBytes = -1 }), "ComputeDevice.MemoryBytes", "-1", "greater than 0"),
        ],
        ["ComputeDevice.Uuid"] = [.. Names(v => Device(ComputeDevice.Cpu() with { Uuid = v }), "ComputeDevice.Uuid").Skip(1)],
        ["ComputeDevice.PciId"] = [.. Names(v => Device(ComputeDevice.Cpu() with { PciId = v }), "ComputeDevice.PciId").Skip(1)],
        ["ComputeDevice.Lanes"] = Ints(v => Device(ComputeDevice.Cpu() with { Lanes = v }), "ComputeDevice.Lanes", 0, -1, int.MaxValue),
        ["ComputeDevice.MaxLeases"] = Ints(v => Device(ComputeDevice.Cpu() with { MaxLeases = v }), "ComputeDevice.MaxLeases", 0, -1),
        ["ComputeDevice.Cpu(lanes)"] = Ints(v => () => ComputeDevice.Cpu(v), "lanes", 0, -1),
        ["DeviceScheduler.DeviceScheduler(devices)"] =
        [
            new(() => new DeviceScheduler([null!]), "devices", "null", "leave it out"),
            new(() => new DeviceScheduler([ComputeDevice.Cpu(), ComputeDevice.Cpu()]), "'cpu'", "unique name"),
        ],
        ["DeviceLane.DeviceLane(name)"] = Names(v => () => new DeviceLane(v).Dispose(), "name"),
        ["DeviceLane.DeviceLane(capacity)"] = Ints(v => () => new DeviceLane("lane", v).Dispose(), "capacity", 0, -1),
        ["DeviceRequest.Named(name)"] = Names(v => () => DeviceRequest.Named(v), "name"),
        ["DeviceRequest.OfKind(kind)"] = [new(() => DeviceRequest.OfKind((DeviceKind)99), "kind", "99", "Cpu")],

        ["DeviceRequest.OneOf(names)"] =
        [
            new(() => DeviceRequest.OneOf(null!), "names"),
            new(() => DeviceRequest.OneOf(), "names", "at least one"),
            new(() => DeviceRequest.OneOf("a", " "), "names", "empty"),
        ],
        ["DeviceRequest.Needing(memoryBytes)"] = Ints(v => () => DeviceRequest.Needing(v), "memoryBytes", -1),
        ["DeviceRequest.Needing(kind)"] = [new(() => DeviceRequest.Needing(kind: (DeviceKind)99), "kind", "99", "Cpu")],
        ["DeviceRequest.Needing(peakFlops)"] = NotNegative(v => () => DeviceRequest.Needing(peakFlops: v), "peakFlops"),
        ["DeviceRequest.Needing(memoryBandwidth)"] = NotNegative(v => () => DeviceRequest.Needing(memoryBandwidth: v), "memoryBandwidth"),
        ["DeviceScheduler.Time"] = [new(() => new DeviceScheduler { Time = null! }, "DeviceScheduler.Time", "null")],
        ["DeviceScheduler.Ledger"] = [new(() => new DeviceScheduler { Ledger = null! }, "DeviceScheduler.Ledger", "null")],
        ["DeviceScheduler.StuckLimit"] = Positive(v => () => new DeviceScheduler { StuckLimit = v }, "DeviceScheduler.StuckLimit"),
        ["DeviceScheduler.CallLimit"] = Positive(v => () => new DeviceScheduler { CallLimit = v }, "DeviceScheduler.CallLimit"),

        ["CachingBlockOptions.Capacity"] = Ints(v => Cached(new() { Capacity = v }), "CachingBlockOptions.Capacity", 0, -1),
        ["CachingBlockOptions.Lifetime"] = Positive(v => Cached(new() { Lifetime = v }), "CachingBlockOptions.Lifetime"),
        ["SentenceChunkerOptions.MaxLength"] = Ints(v => () => new SentenceChunker(new() { MaxLength = v }), "SentenceChunkerOptions.MaxLength", 7, 0, -1),
        ["SentenceChunkerOptions.Abbreviations"] = Texts(v => () => new SentenceChunker(new() { Abbreviations = v }), "SentenceChunkerOptions.Abbreviations"),
        ["PiiRedactorOptions.Names"] = Texts(v => () => new PiiRedactor(new() { Names = v }), "PiiRedactorOptions.Names"),
        ["PiiRedactorOptions.GivenNames"] = Texts(v => () => new PiiRedactor(new() { GivenNames = v }), "PiiRedactorOptions.GivenNames"),
        ["PiiRedactorOptions.Kinds"] =
        [
            new(() => new PiiRedactor(new() { Kinds = null! }), "PiiRedactorOptions.Kinds", "null"),
            new(() => new PiiRedactor(new() { Kinds = [(PersonalDataKind)99] }), "PiiRedactorOptions.Kinds", "99", "must be one of"),
        ],

        ["WasteBudget.WasteBudget(share)"] = NotNegative(v => () => new WasteBudget(v, 1.Seconds()), "share"),
        ["WasteBudget.WasteBudget(burst)"] = [new(() => new WasteBudget(1, Negative), "burst", "-1 ms", "zero or more")],
        ["LogisticEstimator.LogisticEstimator(priorVariance)"] = Doubles(v => () => new LogisticEstimator(v), "variance", 0, -1, double.NaN, double.PositiveInfinity),
        ["LogisticEstimator.LogisticEstimator(decay)"] = Doubles(v => () => new LogisticEstimator(4, v), "decay", 0, 1.1, double.NaN),
        ["LogisticEstimator.LogisticEstimator(trust)"] = Doubles(v => () => new LogisticEstimator(4, 1, v), "trust", -1, double.NaN, double.PositiveInfinity),
        ["BetaBinomialEstimator.BetaBinomialEstimator(priorStrength)"] = Doubles(v => () => new BetaBinomialEstimator(v), "strength", 0, -1, double.NaN, double.PositiveInfinity),
        ["BetaBinomialEstimator.BetaBinomialEstimator(decay)"] = Doubles(v => () => new BetaBinomialEstimator(4, v), "decay", 0, 1.1, double.NaN),

        ["LatencyModel.Fixed(time)"] = [new(() => LatencyModel.Fixed(Negative), "time", "-1 ms", "zero or more")],
        ["LatencyModel.LogNormal(median)"] = [new(() => LatencyModel.LogNormal(Negative, 1), "median", "-1 ms", "zero or more")],
        ["LatencyModel.LogNormal(sigma)"] = NotNegative(v => () => LatencyModel.LogNormal(1.Seconds(), v), "sigma"),
        ["LatencyModel.Recorded(times)"] =
            [new(() => LatencyModel.Recorded([Negative]), "times", "-1 ms", "zero or more"), new(() => LatencyModel.Recorded([]), "times", "at least one")],
        ["LatencyModel.PerToken(start)"] = [new(() => LatencyModel.PerToken(Negative, 1.Seconds()), "start", "-1 ms", "zero or more")],
        ["LatencyModel.PerToken(each)"] = [new(() => LatencyModel.PerToken(1.Seconds(), Negative), "each", "-1 ms", "zero or more")],
        ["LatencyModel.WithNoise(sigma)"] = NotNegative(v => () => LatencyModel.Fixed(1.Seconds()).WithNoise(v), "sigma"),
        ["SimulatedRecognizer.PartialLag"] = [new(() => new SimulatedRecognizer { PartialLag = Negative }, "SimulatedRecognizer.PartialLag", "-1 ms", "zero or more")],
        ["SimulatedRecognizer.RevisionChance"] =
            Doubles(v => () => new SimulatedRecognizer { RevisionChance = v }, "SimulatedRecognizer.RevisionChance", -0.1, 1.1, double.NaN, double.PositiveInfinity),
        ["SimulatedRecognizer.RevisionDelay"] = [new(() => new SimulatedRecognizer { RevisionDelay = Negative }, "SimulatedRecognizer.RevisionDelay", "-1 ms", "zero or more")],
        ["SimulatedRecognizer.EndpointWait"] = [new(() => new SimulatedRecognizer { EndpointWait = Negative }, "SimulatedRecognizer.EndpointWait", "-1 ms", "zero or more")],
        ["SimulatedRecognizer.FinalLag"] = [new(() => new SimulatedRecognizer { FinalLag = Negative }, "SimulatedRecognizer.FinalLag", "-1 ms", "zero or more")],
        ["SimulatedRecognizer.Refresh"] = Positive(v => () => new SimulatedRecognizer { Refresh = v }, "SimulatedRecognizer.Refresh"),
        ["SpeechRhythm.Word"] = Positive(v => () => new SpeechRhythm { Word = v }, "SpeechRhythm.Word"),
        ["SpeechRhythm.Even(word)"] = Positive(v => () => SpeechRhythm.Even(v), "SpeechRhythm.Word"),
        ["SpeechRhythm.WordDeviation"] = [new(() => new SpeechRhythm { WordDeviation = Negative }, "SpeechRhythm.WordDeviation", "-1 ms", "zero or more")],
        ["SpeechRhythm.HesitationChance"] = Doubles(v => () => new SpeechRhythm { HesitationChance = v }, "SpeechRhythm.HesitationChance", -0.1, 1.1, double.NaN),
        ["SpeechRhythm.ShortestHesitation"] = [new(() => new SpeechRhythm { ShortestHesitation = Negative }, "SpeechRhythm.ShortestHesitation", "-1 ms", "zero or more")],
        ["SpeechRhythm.LongestHesitation"] =
        [
            new(() => new SpeechRhythm { LongestHesitation = Negative }, "SpeechRhythm.LongestHesitation", "-1 ms", "zero or more"),
            new(() => Utterance.Say("a", default, new() { LongestHesitation = TimeSpan.Zero }), "SpeechRhythm.LongestHesitation", "0 ms", "250 ms"),
        ],
        ["SimulatedDevice.SimulatedDevice(servers)"] = Ints(v => InWorld(w => new SimulatedDevice(w.Clock, v)), "servers", 0, -1),
        ["SimulatedDevice.SimulatedDevice(slice)"] = Positive(v => InWorld(w => new SimulatedDevice(w.Clock, 1, v)), "slice"),
        ["SimulatedLanguageModel.Caches"] = Ints(
            v => () => new SimulatedLanguageModel<int, int>(LatencyModel.Fixed(default), LatencyModel.Fixed(default), _ => []) { Caches = v }, "SimulatedLanguageModel.Caches", 0, -1),
        ["ScriptedUser.Say(at)"] = [new(() => new ScriptedUser<int>().Say(Negative, 1), "time", "-1 ms", "zero or more")],
        ["ScriptedUser.SayAfterAnswer(pause)"] = [new(() => new ScriptedUser<int>().SayAfterAnswer(Negative, 1), "time", "-1 ms", "zero or more")],
        ["ScriptedUser.Interrupt(at)"] = [new(() => new ScriptedUser<int>().Interrupt(Negative), "time", "-1 ms", "zero or more")],
        ["EndOfTurnScore.OfAuc(auc)"] = Doubles(v => () => EndOfTurnScore.OfAuc(v), "auc", 0.4, 1, double.NaN),
        ["EndOfTurnScore.OfAuc(prior)"] = Doubles(v => () => EndOfTurnScore.OfAuc(0.9, v), "prior", 0, 1, double.NaN),

        // Every value is allowed.
        ["SimulatedWork.Seed"] = [],
        ["RandomKey.Of(seed)"] = [],
        ["RandomKey.Fold(part)"] = [],
        ["RandomKey.RandomKey(Value)"] = [],
        ["RandomKey.Value"] = [],
    };

    static ChainBuilder<int, int> Step => Chain.From<int>("chain");

    static Action Built(Action<ChainOptions> set) => () =>
    {
        var options = new ChainOptions();
        set(options);
        Step.Then("step", x => x).Build(options);
    };

    static Action Opened(Action<ConversationOptions> set) => () =>
    {
        var options = new ConversationOptions();
        set(options);
        Step.Then("step", x => x).Build().OpenConversation(options);
    };

    static Action Started(TurnOptions options) => () => Step.Then("step", x => x).Build().Start(1, options);

    static Action Batched(BatchOptions options) => () =>
        new SimulatedBlock<IReadOnlyList<int>, IReadOnlyList<int>>(LatencyModel.Fixed(default), x => x).Batched(options);

    static Action Hedged(HedgeOptions options) => () => new SimulatedBlock<int, int>(LatencyModel.Fixed(default), x => x).Hedged(options);

    static Action Speculating(SpeculationOptions options) => Built(o => o.Speculation = options);

    static Action Controlled(SpeculationControllerOptions options) => () => new SpeculationController(options);

    static Action Block(Action<BlockSetup<int, int>> configure) => () => Step.Then("step", (x, _) => Task.FromResult(x), configure).Build();

    static Action Streaming(Action<StreamSetup<int, int>> configure) => () => Step.Stream("items", Items, configure).Build();

    static Action Loop(LoopBound bound) => () => Step.Loop("loop", b => b.Then("step", x => x), _ => true, bound).Build();

    static Action OfBlock(BlockOptions own) => () =>
    {
        var options = new ChainOptions();
        options.Blocks["queued"] = own;
        Chain.From<int>("options").Then("queued", x => x, o => o.Queued()).Build(options);
    };

    static Action Device(ComputeDevice device) => () => new DeviceScheduler([device]).Dispose();

    static Action Cached(CachingBlockOptions options) =>
        () => new CachingBlock<int, int, int>(new SimulatedBlock<int, int>(LatencyModel.Fixed(default), x => x), x => x, options);

    static Action InWorld(Action<VirtualWorld> act) => () => VirtualWorld.Run(world =>
    {
        act(world);
        return Task.CompletedTask;
    });

    static IAsyncEnumerable<int> Items(int input, CancellationToken token) => AsyncEnumerable.Empty<int>();

    static BadValue[] Ints(Func<int, Action> set, string says, params int[] values) =>
        [.. values.Select(v => new BadValue(set(v), says, FormattableString.Invariant($"{v}"), "must be"))];

    static BadValue[] Doubles(Func<double, Action> set, string says, params double[] values) =>
        [.. values.Select(v => new BadValue(set(v), says, FormattableString.Invariant($"{v}"), "must be"))];

    static BadValue[] NotNegative(Func<double, Action> set, string says) =>
        Doubles(set, says, -0.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity);

    static BadValue[] Positive(Func<TimeSpan, Action> set, string says) =>
        [new(set(TimeSpan.Zero), says, "0 ms", "greater than zero"), new(set(Negative), says, "-1 ms", "greater than zero"), new(set(TimeSpan.MinValue), says, "greater than zero")];

    static BadValue[] Names(Func<string, Action> set, string says) =>
    [
        new(set(null!), says), new(set(""), says, "empty"), new(set(" "), says, "empty"),
        new(set("a\nb"), says, "\\u000a", "control characters"), new(set(" a"), says, "white space"), new(set("a\u00a0"), says, "white space"),
    ];

    static BadValue[] Texts(Func<IEnumerable<string>, Action> set, string says) =>
        [new(set(null!), says, "null"), new(set([null!]), says, "null at index 0"), new(set(["a", " "]), says, "blank string at index 1")];
}
