using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Generations that come, go, wait and fail while others decode with them.</summary>
public sealed class DecodeLoopTests : IDisposable
{
    readonly BatchingWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task RunAsync_MemberIsCanceledInAStep_LeavesWithThatStepAndDisturbsNoOther()
    {
        using var cancel = new CancellationTokenSource();
        Member first = Begin(1, 5, 60), second = Begin(2, 9, 60, cancel.Token), third = Begin(3, 7, 60);
        int seen = -1;
        first.OnToken = made =>
        {
            if (made == 10)
            {
                seen = second.Tokens.Count;
                cancel.Cancel();
            }
        };
        await RunAsync(first, second, third);

        Assert.True(second.Left!.IsCanceled);
        Assert.InRange(second.Tokens.Count - seen, 0, 1);
        Check(first, 60);
        Check(third, 60);
        Assert.Equal(_world.Alone(second.Prompt, 60).Take(second.Tokens.Count), second.Tokens);
    }

    [Fact]
    public async Task RunAsync_LaneIsGivenUpWhileTheLastTokenIsDelivered_EndsWithThatToken()
    {
        using var failing = new ManualResetEventSlim();
        DecodeMember? member = null;
        int given = 0;
        member = new DecodeMember(
            _world.Lane,
            _world.Generator(BatchingWorld.Prompt(1, 5), 3),
            _ =>
            {
                if (++given == 3)
                {
                    new Thread(() =>
                    {
                        failing.Set();
                        member!.Fail(new LaneHungException("lane", TimeSpan.FromSeconds(1)));
                    }).Start();
                    failing.Wait(BatchingWorld.Hang);
                    SpinWait.SpinUntil(() => member!.HasLeft, 50);
                }

                return true;
            },
            new TokenSignal(TimeProvider.System),
            null,
            default);

        Assert.Null(await _world.Loop.RunAsync(member).AsTask().WaitAsync(BatchingWorld.Hang));
        Assert.Equal(3, given);
    }

    [Fact]
    public async Task RunAsync_CanceledBeforeTheLaneIsFree_LeavesAtOnce()
    {
        using var cancel = new CancellationTokenSource();
        Member member = Begin(1, 5, 60, cancel.Token);
        using (_world.Hold())
        {
            Task<GeneratedToken?> run = member.RunAsync(_world.Loop);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(BatchingWorld.Hang));
        }

        Assert.Empty(member.Tokens);
    }

    [Fact]
    public async Task RunAsync_ReaderRefusesAToken_OthersGoOnAndItContinuesLater()
    {
        Member slow = Begin(4, 6, 40), other = Begin(5, 8, 40);
        slow.RefuseAt = 7;
        await RunAsync(slow, other);

        Assert.Equal(7, slow.Tokens.Count);
        Assert.Equal(slow.Tokens[^1], (await slow.Left!)!.Value.Id);
        Check(other, 40);
        await slow.RunAsync(_world.Loop).WaitAsync(BatchingWorld.Hang);
        Check(slow, 40);
    }

    [Fact]
    public async Task RunAsync_NewcomerWithALongPrompt_ReadsOneChunkBetweenSteps()
    {
        Member first = Begin(6, 5, 60), second = Begin(7, 5, 60), late = Begin(8, 40, 10);
        Task<GeneratedToken?>? joined = null;
        int before = 0, after = 0;
        first.OnToken = made =>
        {
            if (made == 10)
            {
                (before, joined) = (made, late.RunAsync(_world.Loop));
            }
        };
        late.OnToken = made => after = made == 1 ? first.Tokens.Count : after;
        await RunAsync(first, second);
        await joined!.WaitAsync(BatchingWorld.Hang);

        // Five chunks of eight tokens, with a step of the others after each but the last.
        Assert.InRange(after - before, 4, 5);
        Check(first, 60);
        Check(second, 60);
        Check(late, 10);
    }

    [Fact]
    public async Task RunAsync_OneMemberHasInvalidLogits_FailsAlone()
    {
        using var healthy = new BatchingWorld();
        List<int> good = healthy.Alone(BatchingWorld.Prompt(9, 5), 30);
        int step = Enumerable.Range(3, 20).First(i => !good.Take(i).Contains(good[i]));
        using var damaged = new PatchedModel(Fixture.Path("tiny-genai"), "model.onnx", "embed", float.NaN, good[step] * 16, 16);
        using var world = new BatchingWorld(damaged.Path);
        Member bad = new(world, BatchingWorld.Prompt(9, 5), 30, default);
        Member[] all = [bad, .. Enumerable.Range(10, 40).Select(seed => BatchingWorld.Prompt(seed, 6))
            .Where(p => !p.Contains(good[step]) && !healthy.Alone(p, 30).Contains(good[step])).Take(2).Select(p => new Member(world, p, 30, default))];
        using (world.Hold())
        {
            Array.ForEach(all, m => _ = m.RunAsync(world.Loop));
        }

        OnnxOutputException error = await Assert.ThrowsAsync<OnnxOutputException>(() => bad.Left!.WaitAsync(BatchingWorld.Hang));
        Assert.Equal(step + 1, error.Step);
        foreach (Member other in all[1..])
        {
            await other.Left!.WaitAsync(BatchingWorld.Hang);
            Assert.Equal(healthy.Alone(other.Prompt, 30), other.Tokens);
        }
    }

    [Fact]
    public async Task RunAsync_LaneIsDisposed_EndsEveryMember()
    {
        Member first = Begin(11, 5, 140), second = Begin(12, 5, 140);
        first.OnToken = made =>
        {
            if (made == 20)
            {
                _world.Lane.Dispose();
            }
        };
        using (_world.Hold())
        {
            _ = first.RunAsync(_world.Loop);
            _ = second.RunAsync(_world.Loop);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => first.Left!.WaitAsync(BatchingWorld.Hang));
        await Assert.ThrowsAnyAsync<Exception>(() => second.Left!.WaitAsync(BatchingWorld.Hang));
        Assert.InRange(first.Tokens.Count, 20, 40);
    }

    [Theory]
    [InlineData(10, 0)]
    [InlineData(0, 28)]
    public async Task RunAsync_MemberWithLittleTime_DecodesAloneIfThatHelps(int minutes, int othersGo)
    {
        Member urgent = Begin(13, 5, 40), other = Begin(14, 5, 60);
        TimeSpan left = Timeout.InfiniteTimeSpan;
        urgent.Remaining = () => left;
        int before = 0, after = 0;
        urgent.OnToken = made =>
        {
            if (made == 10)
            {
                (before, left) = (other.Tokens.Count, TimeSpan.FromMinutes(minutes));
                _world.Runner.Times.Record(2, TimeSpan.FromDays(100));
            }

            after = other.Tokens.Count;
        };
        await RunAsync(urgent, other);

        Assert.InRange(after - before, othersGo, othersGo + 2);
        Check(urgent, 40);
        Check(other, 60);
    }

    Member Begin(int seed, int length, int tokens, CancellationToken cancellationToken = default) =>
        new(_world, BatchingWorld.Prompt(seed, length), tokens, cancellationToken);

    async Task RunAsync(params Member[] members)
    {
        Task<GeneratedToken?>[] runs;
        using (_world.Hold())
        {
            runs = [.. members.Select(m => m.RunAsync(_world.Loop))];
        }

        await Task.WhenAll(runs).WaitAsync(BatchingWorld.Hang).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    void Check(Member member, int tokens) => Assert.Equal(_world.Alone(member.Prompt, tokens), member.Tokens);

    sealed class Member(BatchingWorld world, int[] prompt, int tokens, CancellationToken cancellationToken)
    {
        readonly TokenGenerator _generator = world.Generator(prompt, tokens);

        public int[] Prompt => prompt;

        public List<int> Tokens { get; } = [];

        public Action<int>? OnToken { get; set; }

        public int RefuseAt { get; set; }

        public Func<TimeSpan>? Remaining { get; set; }

        public Task<GeneratedToken?>? Left { get; private set; }

        public Task<GeneratedToken?> RunAsync(DecodeLoop loop) => Left = loop.RunAsync(new DecodeMember(world.Lane, _generator, Give, new TokenSignal(TimeProvider.System), Remaining, cancellationToken)).AsTask();

        bool Give(GeneratedToken token)
        {
            Tokens.Add(token.Id);
            OnToken?.Invoke(Tokens.Count);
            return Tokens.Count != RefuseAt;
        }
    }
}
