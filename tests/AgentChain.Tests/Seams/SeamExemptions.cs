namespace AgentChain.Tests.Seams;

/// <summary>Seams that need no case of their own, each with the reason.</summary>
static class SeamExemptions
{
    const string InBlock = "It runs inside of a block, which throws what it throws: see IBlock.InvokeAsync and IStreamBlock.InvokeAsync.";
    const string Result = "It is a property of a result, which the engine writes and the host reads.";
    const string Caller = "The host's own call enumerates it at once; what it throws, the call throws. See DeviceScheduler.new.";
    const string Planned = "The host's own call of PlacementPlanner or PlacementKeeper reads it; what it throws, the call throws. A turn reads only the plan.";
    const string Container = "It is the container's own collection, which only stores.";

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["ChainServiceCollectionExtensions.AddAgentChain(services: IServiceCollection)"] = Container,
        ["DeviceServiceCollectionExtensions.AddAgentChainDevices(services: IServiceCollection)"] = Container,
        ["WarmUpServiceCollectionExtensions.AddAgentChainWarmUp(services: IServiceCollection)"] = Container,
        ["CostBook.Load(stream: Stream)"] = Caller,
        ["CostBook.Save(stream: Stream)"] = Caller,
        ["CostModel.Equals"] = "Hosts cannot derive from it: its constructor is not theirs to call.",
        ["DeadlineHeaders.Read(headers: IEnumerable<KeyValuePair<String, String>>)"] = Caller,
        ["DeadlineHeaders.Read(headers: HttpHeaders)"] = Caller,
        ["DeadlineHeaders.Write(headers: IReadOnlyList<String>)"] = Caller,
        ["DeadlineHeaders.TryRead(headers: IEnumerable<KeyValuePair<String, String>>)"] = Caller,
        ["DeviceLedger.new(devices: IEnumerable<ComputeDevice>)"] = Caller,
        ["BlockContext.StateShapes(shapes: IEnumerable<String>)"] = Caller,
        ["BlockReadiness.Shapes: IReadOnlyList<ShapeReadiness>"] = Result,
        ["DeviceMemoryException.new(holders: IReadOnlyList<MemoryHolding>)"] = Caller,
        ["DeviceRequest.Among(devices: IEnumerable<ComputeDevice>)"] = Caller,
        ["DeviceRequest.OneOf(names: IEnumerable<String>)"] = Caller,
        ["IDeviceScheduler.Ledger"] = "The engine does not read it; hosts and models do.",
        ["DeviceNotPresentException.new(present: IReadOnlyList<ComputeDevice>)"] = Caller,
        ["IPersonalDataFinder.FindAsync"] = InBlock,
        ["LatencyModel.Recorded(times: IEnumerable<TimeSpan>)"] = Caller,
        ["LatencyModel.Sample"] = InBlock,
        ["PlacementPhase.After: IReadOnlyList<String>"] = Planned,
        ["PlacementPhase.Times: IReadOnlyDictionary<String, PhaseTime>"] = Planned,
        ["PlacementProblem.new(devices: IEnumerable<ComputeDevice>)"] = Caller,
        ["PlacementProblem.new(phases: IEnumerable<PlacementPhase>)"] = Caller,
        ["PiiRedactorOptions.GivenNames: IEnumerable<String>"] = Caller,
        ["PiiRedactorOptions.Kinds: IEnumerable<PersonalDataKind>"] = Caller,
        ["PiiRedactorOptions.Names: IEnumerable<String>"] = Caller,
        ["SentenceChunkerOptions.Abbreviations: IEnumerable<String>"] = Caller,
        ["ScriptedTurn.Heard: IReadOnlyList<HeardItem<TOut>>"] = Result,
        ["ScriptedTurn.new(heard: IReadOnlyList<HeardItem<TOut>>)"] = Result,
        ["SpeculationAccount.Decisions: IReadOnlyList<SpeculationResolution>"] = Result,
        ["ScriptedUser.PlayAsync(clock: TimeProvider)"] = "The scripted user is a host: it drives a chain from outside, in a test.",
        ["SimulatedBlock.new(make: Func<TIn, TOut>)"] = InBlock,
        ["SimulatedDevice.RunAsync(isSpeculative: Func<Boolean>)"] = InBlock,
        ["SimulatedLanguageModel.Shared: Func<TIn, TIn, Int32>"] = InBlock,
        ["SimulatedLanguageModel.new(make: Func<TIn, IEnumerable<TOut>>)"] = InBlock,
        ["SimulatedRecognizer.Mishear: Func<String, String>"] = InBlock,
        ["SimulatedRecognizer.Probability: Func<PartialTranscript, Double>"] = InBlock,
        ["SimulatedRevisingBlock.new(script: Func<TIn, IEnumerable<TimedHypothesis<TOut>>>)"] = InBlock,
        ["SimulatedStreamBlock.new(make: Func<TIn, IEnumerable<TOut>>)"] = InBlock,
        ["SimulatedWork.Luck: Func<TIn, Int64>"] = InBlock,
        ["SimulatedWork.Size: Func<TIn, Int32>"] = InBlock,
        ["Utterance.new(words: IEnumerable<TimedWord>)"] = Caller,
        ["VirtualClock.CreateTimer(callback: TimerCallback)"] = "A timer of the test's own: what its callback throws, VirtualWorld.Run throws.",
        ["VirtualWorld.Run(main: Func<VirtualWorld, Task<T>>)"] = "It is the test itself; what it throws, Run throws. See VirtualWorldTests.",
        ["VirtualWorld.Run(main: Func<VirtualWorld, Task>)"] = "It is the test itself; what it throws, Run throws. See VirtualWorldTests.",
    };
}
