using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using AgentChain.Blocks.Batching;
using AgentChain.Blocks.Caching;
using AgentChain.Blocks.Hedging;
using AgentChain.Blocks.Redaction;
using AgentChain.Devices;
using AgentChain.Simulation;

namespace AgentChain.Tests;

/// <summary>
/// A host with a thread of its own, such as a user interface, may block it for whatever it awaits: nothing comes back to its
/// synchronization context.
/// </summary>
public class HostThreadTests
{
    /// <summary>
    /// Every public asynchronous member, each with a call that has to wait; null for those that only the engine calls, or a world of
    /// virtual time.
    /// </summary>
    static readonly Dictionary<string, Func<Task>?> Members = new(StringComparer.Ordinal)
    {
        ["ChainBase.StartAsync"] = async () =>
        {
            ChainBase<int, int> full = Chain.From<int>("full").Then("slow", SlowAsync).Build(new ChainOptions { MaxTurns = 1 });
            Turn<int> first = full.Start(1);
            Turn<int> second = await full.StartAsync(2).ConfigureAwait(false);
            await Task.WhenAll(first.Completion, second.Completion).ConfigureAwait(false);
        },
        ["Chain.RunAsync"] = () => Slow.RunAsync(1).AsTask(),
        ["ChainBase.RunToListAsync"] = () => Items.RunToListAsync(1).AsTask(),
        ["ChainBase.WarmUpAsync"] = () => Chain.From<int>("chain").Then("warm", new Warm()).Build().WarmUpAsync().AsTask(),
        ["ChainBase.DrainAsync"] = () =>
        {
            ChainBase<int, int> chain = Slow;
            chain.Start(1);
            return chain.DrainAsync().AsTask();
        },
        ["ChainBase.DisposeAsync"] = () =>
        {
            ChainBase<int, int> chain = Slow;
            chain.Start(1);
            return chain.DisposeAsync().AsTask();
        },
        ["Conversation.StartAsync"] = async () =>
        {
            Conversation<int, int> conversation = Slow.OpenConversation(new() { Overlap = TurnOverlap.Wait });
            await conversation.StartAsync(1).ConfigureAwait(false);
            await conversation.StartAsync(_ => 2).ConfigureAwait(false);
        },
        ["Conversation.DisposeAsync"] = () =>
        {
            Conversation<int, int> conversation = Deaf.OpenConversation();
            Task<Turn<int>> started = conversation.StartAsync(1).AsTask();
            return Task.WhenAll(started, conversation.DisposeAsync().AsTask());
        },
        ["Turn.Output"] = () => Task.WhenAll(ReadAsync(Items.Start(1)), ReadAsync(Slow.Start(1)), HeldAsync(Items), HeldAsync(Slow)),
        ["Turn.ReadOutput"] = () =>
            Task.WhenAll(ReadAsync(Items.Start(1).ReadOutput(keepRunning: true)), ReadAsync(Slow.Start(1).ReadOutput(keepRunning: true)), HeldAsync(Items), HeldAsync(Slow)),
        ["Turn.Completion"] = () => Slow.Start(1).Completion,
        ["Turn.WhenQuiescentAsync"] = () =>
        {
            Turn<int> turn = Deaf.Start(1);
            Task<TurnQuiescence> quiet = turn.WhenQuiescentAsync();
            turn.Interrupt();
            return quiet;
        },
        ["Turn.DisposeAsync"] = () => Deaf.Start(1).DisposeAsync().AsTask(),
        ["DeviceScheduler.AcquireAsync"] = async () =>
        {
            using var scheduler = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 }]);
            DeviceLease first = await scheduler.AcquireAsync(new("one", DeviceRequest.Any), default).ConfigureAwait(false);
            Task<DeviceLease> second = scheduler.AcquireAsync(new("two", DeviceRequest.Any), default).AsTask();
            _ = Task.Run(first.Dispose);
            (await second.ConfigureAwait(false)).Dispose();
        },
        ["DeviceLane.RunAsync"] = () =>
        {
            var lane = new DeviceLane("lane", 1);
            return Task.WhenAll(Enumerable.Range(0, 5).Select(i => lane.RunAsync(i, Sleep, default).AsTask()));
        },
        ["CachingBlock.InvokeAsync"] = () =>
        {
            var block = new CachingBlock<int, int, int>(new SlowBlock(), x => x);
            return Task.WhenAll(Enumerable.Range(0, 3).Select(_ => block.InvokeAsync(1, Context, default).AsTask()));
        },
        ["CachingBlock.WarmUpAsync"] = () => new CachingBlock<int, int, int>(new Warm(), x => x).WarmUpAsync(Context, default).AsTask(),
        ["BatchedBlock.InvokeAsync"] = () =>
        {
            BatchedBlock<int, int> block = new SlowBatch().Batched();
            return Task.WhenAll(Enumerable.Range(0, 3).Select(i => block.InvokeAsync(i, Context, default).AsTask()));
        },
        ["BatchedBlock.WarmUpAsync"] = () => new SlowBatch().Batched().WarmUpAsync(Context, default).AsTask(),
        ["HedgedBlock.InvokeAsync"] = () => Task.WhenAll(
            new SlowBlock().Hedged().InvokeAsync(1, Context, default).AsTask(),
            new SlowBlock().Hedged(new() { Delay = 1.Milliseconds() }).InvokeAsync(1, Context, default).AsTask()),
        ["HedgedBlock.WarmUpAsync"] = () => new Warm().Hedged().WarmUpAsync(Context, default).AsTask(),
        ["HedgedStreamBlock.InvokeAsync"] = async () =>
        {
            await using IAsyncEnumerator<int> items = new SlowItems().Hedged(new() { Delay = 1.Milliseconds() })
                .InvokeAsync(1, Context, default).GetAsyncEnumerator();
            Assert.True(await items.MoveNextAsync().ConfigureAwait(false));
        },
        ["HedgedStreamBlock.WarmUpAsync"] = () => new SlowItems().Hedged().WarmUpAsync(Context, default).AsTask(),
        ["RedactionBlock.InvokeAsync"] = () => new RedactionBlock(new SlowFinder()).InvokeAsync("", Context, default).AsTask(),
        ["ScriptedUser.PlayAsync"] = () => new ScriptedUser<int>().Say(1.Milliseconds(), 1).SayAfterAnswer(1.Milliseconds(), 2).PlayAsync(Slow, TimeProvider.System),

        ["BlockContext.CommittedAsync"] = null,
        ["InnerWork.CommittedAsync"] = null,
        ["InnerWork.AcquireAsync"] = null,
        ["SimulatedBlock.InvokeAsync"] = null,
        ["SimulatedStreamBlock.InvokeAsync"] = null,
        ["SimulatedRevisingBlock.InvokeAsync"] = null,
        ["SimulatedRecognizer.InvokeAsync"] = null,
        ["SimulatedLanguageModel.InvokeAsync"] = null,
        ["SimulatedLanguageModel.PrefillAsync"] = null,
        ["SimulatedDevice.RunAsync"] = null,
        ["VirtualWorld.Delay"] = null,
    };

    public static TheoryData<string> Cases => [.. Members.Where(m => m.Value is not null).Select(m => m.Key)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Await_OnABlockedHostThread_ComesToItsEnd(string member)
    {
        (bool ended, int posts) = OnHostThread(Members[member]!);
        Assert.True(ended && posts == 0, $"{member}: {(ended ? "ended" : "did not end")}, {posts} continuations came back to the host's thread.");
    }

    [Fact]
    public void Members_EveryPublicAsynchronousOne_HasACase()
    {
        string[] found =
        [
            .. typeof(Chain).Assembly.GetExportedTypes()
                .Where(t => !t.IsInterface)
                .SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
                .Where(m => m is MethodInfo { IsSpecialName: false } method ? IsAsynchronous(method.ReturnType) : m is PropertyInfo property && IsAsynchronous(property.PropertyType))
                .Select(m => $"{m.DeclaringType!.Name.Split('`')[0]}.{m.Name}")
                .Distinct(),
        ];
        Assert.True(found.Length > 15);
        Assert.Equal([], found.Except(Members.Keys));
        Assert.Equal([], Members.Keys.Except(found));
    }

    [Fact]
    public void Output_BlockedForItemByItem_ComesToItsEnd()
    {
        int read = 0;
        (bool ended, int posts) = OnHostThread(() =>
        {
            IAsyncEnumerator<int> items = Items.Start(1).Output.GetAsyncEnumerator();
            while (true)
            {
                Task<bool> next = items.MoveNextAsync().AsTask();
                if (!next.Wait(TimeSpan.FromSeconds(20)) || !next.Result)
                {
                    return Task.CompletedTask;
                }

                read++;
            }
        });
        Assert.True(ended);
        Assert.Equal((5, 0), (read, posts));
    }

    [Fact]
    public void RunAsync_FusedBlocksOnTheHostsThread_DoNotSeeItsContextAndLeaveItAsItWas()
    {
        SynchronizationContext? seen = null;
        SynchronizationContext? after = null;
        int thread = 0;
        (bool ended, int posts) = OnHostThread(async () =>
        {
            // The first turn shows the chain a clean context; from the second on, cheap blocks run where they are called.
            Chain<int, int> chain = Chain.From<int>("chain").Then("step", x => x).Then("look", x =>
            {
                (seen, thread) = (SynchronizationContext.Current, Environment.CurrentManagedThreadId);
                return x;
            }).Build();
            Task first = chain.RunAsync(1).AsTask();
            Assert.True(first.Wait(TimeSpan.FromSeconds(60)));
            ValueTask<int> second = chain.RunAsync(1);
            Assert.Equal(Environment.CurrentManagedThreadId, thread);
            after = SynchronizationContext.Current;
            await second.ConfigureAwait(false);
        });
        Assert.True(ended);
        Assert.Equal(0, posts);
        Assert.Null(seen);
        Assert.IsType<HostContext>(after);
    }

    static Chain<int, int> Slow => Chain.From<int>("slow").Then("fused", x => x).Then("slow", SlowAsync).Build();

    /// <summary>A block that does not look at its token at once, so that its turn is quiet later than over.</summary>
    static Chain<int, int> Deaf => Chain.From<int>("deaf").Then("slow", (x, _) => SlowAsync(x, default)).Build();

    static StreamChain<int, int> Items => Chain.From<int>("items").Stream("items", ManyAsync).Build(new ChainOptions { OutputCapacity = 1 });

    static BlockContext Context
    {
        get
        {
            BlockContext seen = default;
            Chain.From<int>("chain").Tap("look", (_, context) => seen = context).Build().RunAsync(1).AsTask().ConfigureAwait(false).GetAwaiter().GetResult();
            return seen;
        }
    }

    /// <summary>Output that is paused when the reader arrives, and continues from another thread.</summary>
    static Task HeldAsync(ChainBase<int, int> chain)
    {
        Turn<int> turn = chain.Start(1);
        turn.Pause();
        Task read = ReadAsync(turn);
        _ = Task.Run(async () =>
        {
            await Task.Delay(60).ConfigureAwait(false);
            turn.Resume();
        });
        return read;
    }

    /// <summary>
    /// Reads as a host does that knows of its context; each item is asked for on the host's thread as long as there is one.
    /// </summary>
    static Task ReadAsync(Turn<int> turn) => ReadAsync(turn.Output);

    static async Task ReadAsync(IAsyncEnumerable<int> output)
    {
        await foreach (int item in output.ConfigureAwait(false))
        {
            Assert.InRange(item, 0, 5);
        }
    }

    static async Task<int> SlowAsync(int input, CancellationToken token)
    {
        await Task.Delay(20, token);
        return input;
    }

    static async IAsyncEnumerable<int> ManyAsync(int input, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        for (int i = 0; i < 5; i++)
        {
            await Task.Delay(5, token);
            yield return i;
        }
    }

    static int Sleep(int state, CancellationToken token)
    {
        token.WaitHandle.WaitOne(10);
        return state;
    }

    static bool IsAsynchronous(Type type) => typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
        || (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(ValueTask<>) || type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)));

    static (bool Ended, int Posts) OnHostThread(Func<Task> call)
    {
        bool ended = false;
        var context = new HostContext();
        Exception? error = null;
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                Task task = call();
                ended = Task.WaitAny([task, context.Posted], TimeSpan.FromSeconds(60)) == 0;
                if (ended)
                {
                    task.GetAwaiter().GetResult();
                }
            }
            catch (Exception thrown)
            {
                error = thrown;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(error);
        return (ended, context.Posts);
    }

    /// <summary>The context of a thread that is blocked: callbacks that are posted to it wait forever.</summary>
    [DebuggerDisplay("{Posts} posts")]
    sealed class HostContext : SynchronizationContext
    {
        readonly TaskCompletionSource _posted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int _posts;

        public int Posts => Volatile.Read(ref _posts);

        public Task Posted => _posted.Task;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            _posted.TrySetResult();
        }
    }

    sealed class SlowBlock : IBlock<int, int>
    {
        public async ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) =>
            await SlowAsync(input, cancellationToken).ConfigureAwait(false);
    }

    sealed class SlowBatch : IBlock<IReadOnlyList<int>, IReadOnlyList<int>>, IWarmUp
    {
        public async ValueTask<IReadOnlyList<int>> InvokeAsync(
            IReadOnlyList<int> input, BlockContext context, CancellationToken cancellationToken) =>
            [await SlowAsync(input[0], cancellationToken).ConfigureAwait(false), .. input.Skip(1)];

        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) => await Task.Delay(20, cancellationToken).ConfigureAwait(false);
    }

    sealed class SlowItems : IStreamBlock<int, int>, IWarmUp
    {
        public async IAsyncEnumerable<int> InvokeAsync(
            int input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return await SlowAsync(input, cancellationToken).ConfigureAwait(false);
        }

        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) =>
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
    }

    sealed class SlowFinder : IPersonalDataFinder
    {
        public async ValueTask<IReadOnlyCollection<PersonalDataSpan>> FindAsync(string text, CancellationToken cancellationToken)
        {
            await Task.Delay(20, cancellationToken).ConfigureAwait(false);
            return [];
        }
    }

    sealed class Warm : IBlock<int, int>, IWarmUp
    {
        public ValueTask<int> InvokeAsync(int input, BlockContext context, CancellationToken cancellationToken) => new(input);

        public async ValueTask WarmUpAsync(BlockContext context, CancellationToken cancellationToken) => await Task.Delay(20, cancellationToken).ConfigureAwait(false);
    }
}
