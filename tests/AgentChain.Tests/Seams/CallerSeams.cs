using AgentChain.DependencyInjection;
using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static AgentChain.Tests.Seams.Misbehavior;
using static AgentChain.Tests.Seams.SeamCase;

namespace AgentChain.Tests.Seams;

/// <summary>Code that the host's own call runs before there is a turn: the call throws its exception.</summary>
static class CallerSeams
{
    public static IEnumerable<SeamCase> Cases =>
    [
        .. Configures(),
        .. Registers(),
        new("Conversation.StartAsync(input: Func<IReadOnlyList<Exchange<TIn, TOut>>, TIn>)", Throws, _ => ConversationGoesOn()),
        new("ChainBase.AsPropagatorBlock(onNotCompleted: Action<TurnException>)", Throws, _ => OnlyTheDataflowBlockFaults()),
        ThrowsToCaller("IDevicePlacementPolicy.Name", host => Policy(host).GetRequiredService<IDeviceScheduler>()),
        new("IDevicePlacementPolicy.Name", ReturnsNull, _ => NamelessPolicy()),
        ThrowsToCaller("DeviceScheduler.new(devices: IEnumerable<ComputeDevice>)", host => Assert.NotNull(new DeviceScheduler(ThenThrows<ComputeDevice>(host)))),
        ThrowsToCaller("VirtualWorld.Options(more: Action<ChainOptions>)", host => VirtualWorld.Run(world =>
        {
            world.Options(_ => host.Act());
            return Task.CompletedTask;
        })),
    ];

    static ChainBuilder<int, int> From => Chain.From<int>("seams");

    static StreamChainBuilder<int, int> Two => From.Stream("two", BlockSeams.Two);

    static IEnumerable<SeamCase> Configures() =>
    [
        ThrowsToCaller("ChainBuilder.Then(configure: Action<BlockSetup<TOut, TNext>>)", h => From.Then("x", new Never(), _ => h.Act())),
        ThrowsToCaller("ChainBuilder.Revise(configure: Action<ReviseSetup<TOut, TNext>>)", h => From.Revise("x", new NeverRevises<int>(), _ => h.Act())),
        ThrowsToCaller("ChainBuilder.Stream(configure: Action<StreamSetup<TOut, TNext>>)", h => From.Stream("x", BlockSeams.Two, _ => h.Act())),
        ThrowsToCaller("ChainBuilder.Stream(configure: Action<StreamSetup<TOut, TItem>>)", h => From.Stream("x", Two.Build(), _ => h.Act())),
        ThrowsToCaller("ChainBuilder.Through(configure: Action<BlockSetup<TOut, TNext>>)", h => From.Through("x", new System.Threading.Tasks.Dataflow.BufferBlock<int>(), _ => h.Act())),
        ThrowsToCaller("ChainBuilder.Route(configure: Action<BlockSetup<TOut, String>>)", h => From.Route("x", new Classifier(), r => r.To("a", new Never()), _ => h.Act())),
        ThrowsToCaller("ChainBuilder.Route(configure: Action<ReviseSetup<TOut, String>>)", h => From.Route("x", new NeverRevises<string>(), r => r.To("a", new Never()), _ => h.Act())),
        ThrowsToCaller("StreamChainBuilder.StreamEach(configure: Action<StreamSetup<TOut, TNext>>)", h => Two.StreamEach("x", BlockSeams.Two, _ => h.Act())),
        ThrowsToCaller("StreamChainBuilder.ThenEach(configure: Action<StreamSetup<TOut, TNext>>)", h => Two.ThenEach("x", new Never(), _ => h.Act())),
    ];

    static IEnumerable<SeamCase> Registers()
    {
        const string Build = "ChainServiceCollectionExtensions.AddAgentChain(build: Func<IServiceProvider, ChainOptions, Chain<TIn, TOut>>)";
        const string BuildStream = "ChainServiceCollectionExtensions.AddAgentChain(build: Func<IServiceProvider, ChainOptions, StreamChain<TIn, TOut>>)";
        const string Compose = "ChainServiceCollectionExtensions.AddAgentChain(compose: Func<ChainBuilder<TIn, TIn>, IServiceProvider, ChainBuilder<TIn, TOut>>)";
        const string ComposeStream = "ChainServiceCollectionExtensions.AddAgentChain(compose: Func<ChainBuilder<TIn, TIn>, IServiceProvider, StreamChainBuilder<TIn, TOut>>)";
        const string Discover = "DeviceServiceCollectionExtensions.AddAgentChainDevices(discover: Func<IServiceProvider, IEnumerable<ComputeDevice>>)";
        return
        [
            .. Service(Build, (s, h) => s.AddAgentChain<int, int>("seams", (_, o) => h.Return(From.Then("x", new Never()).Build(o)))),
            .. Service(BuildStream, (s, h) => s.AddAgentChain<int, int>("seams", (_, o) => h.Return(From.Stream("x", BlockSeams.Two).Build(o)))),
            .. Service(Compose, (s, h) => s.AddAgentChain<int, int>("seams", (b, _) => h.Return(b.Then("x", new Never())))),
            .. Service(ComposeStream, (s, h) => s.AddAgentChain<int, int>("seams", (b, _) => h.Return(b.Stream("x", BlockSeams.Two)))),
            .. Service(Discover, (s, h) => s.AddAgentChainDevices(_ => h.Return<IEnumerable<ComputeDevice>>([ComputeDevice.Cpu()])).AddAgentChain<int, int>("seams", (b, _) => b.Then("x", new Never()))),
        ];
    }

    static IEnumerable<SeamCase> Service(string seam, Action<IServiceCollection, HostCode> add) =>
    [
        ThrowsToCaller(seam, h => Resolve(add, h)),
        new(seam, ReturnsNull, how =>
        {
            Exception error = Assert.ThrowsAny<Exception>(() => Resolve(add, new HostCode(how) { IsBad = true }));
            Assert.False(error is NullReferenceException, $"It must say what is null, not throw a {error.GetType().Name}.");
        }),
    ];

    static void Resolve(Action<IServiceCollection, HostCode> add, HostCode host)
    {
        var services = new ServiceCollection();
        add(services, host);
        bool isStream = services.Any(s => s.ServiceType == typeof(StreamChain<int, int>));
        services.BuildServiceProvider().GetRequiredService(isStream ? typeof(StreamChain<int, int>) : typeof(Chain<int, int>));
    }

    static void ConversationGoesOn() => VirtualWorld.Run(async world =>
    {
        var host = new HostCode(Throws) { IsBad = true };
        await using ChainBase<int, int> chain = From.Then("same", x => x).Build(world.Options());
        await using Conversation<int, int> conversation = chain.OpenConversation();
        await Assert.ThrowsAsync<HostException>(async () => await conversation.StartAsync(_ => host.Return(1)));
        host.IsBad = false;
        await using Turn<int> turn = await conversation.StartAsync(_ => host.Return(1));
        Assert.Equal(TurnOutcome.Completed, (await turn.Completion).Outcome);
        Assert.Equal((1, 0), (host.Times, chain.LiveTurns));
    });

    /// <summary>The Dataflow network sees it as any other fault; the chain continues.</summary>
    static void OnlyTheDataflowBlockFaults() => Task.Run(async () =>
    {
        var host = new HostCode(Throws) { IsBad = true };
        await using Chain<int, int> chain = From.Then("fails", x => x < 0 ? throw new FormatException() : x).Build();
        System.Threading.Tasks.Dataflow.IPropagatorBlock<int, int> block = chain.AsPropagatorBlock(onNotCompleted: _ => host.Act());
        System.Threading.Tasks.Dataflow.DataflowBlock.Post(block, -1);
        AggregateException? fault = (await Record.ExceptionAsync(() => block.Completion.WaitAsync(TimeSpan.FromSeconds(60)))) is { } thrown ? new(thrown) : null;
        Assert.IsType<HostException>(fault!.Flatten().GetBaseException());
        Assert.Equal((1, 0), (host.Times, chain.LiveTurns));
        Assert.Equal(1, await chain.RunAsync(1));
    }).GetAwaiter().GetResult();

    static void NamelessPolicy()
    {
        var host = new HostCode(ReturnsNull) { IsBad = true };
        Assert.NotNull(Policy(host, "least-loaded").GetRequiredService<IDeviceScheduler>());
        Assert.True(host.Times > 0);
    }

    static ServiceProvider Policy(HostCode host, string asked = "host")
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("AgentChain:Devices:Policy", asked)]).Build());
        services.AddSingleton<IDevicePlacementPolicy>(new NamedPolicy(host));
        services.AddAgentChainDevices();
        return services.BuildServiceProvider();
    }

    static IEnumerable<T> ThenThrows<T>(HostCode host)
    {
        host.Act();
        yield break;
    }

    sealed class NamedPolicy(HostCode host) : IDevicePlacementPolicy
    {
        public string Name => host.Return("host");

        public int Pick(in PlacementRequest request, ReadOnlySpan<DeviceState> candidates) => 0;
    }

    sealed class Never : IBlock<int, int>
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);
    }

    sealed class Classifier : IBlock<int, string>
    {
        public ValueTask<string> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new("a");
    }

    sealed class NeverRevises<T> : IRevisingBlock<int, T>
    {
        public IAsyncEnumerable<Hypothesis<T>> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            new HostCode(Throws).Stream<Hypothesis<T>>();
    }
}
