using AgentChain.Onnx.Language;
using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Onnx.Tests.Language;

public sealed class TokenSignalTests
{
    readonly FakeTimeProvider _time = new();
    readonly TokenSignal _signal;

    public TokenSignalTests() => _signal = new TokenSignal(_time);

    [Fact]
    public async Task Token_First_WakesTheReaderAtOnce()
    {
        ValueTask waiting = _signal.WaitAsync();
        Assert.False(waiting.IsCompleted);

        _signal.Token();

        await waiting;
    }

    [Fact]
    public async Task Token_SoonAfterAnother_WakesTheReaderWithALaterOne()
    {
        _signal.Token();
        await _signal.WaitAsync();
        ValueTask waiting = _signal.WaitAsync();

        for (int i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(0.2));
            _signal.Token();
        }

        Assert.False(waiting.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(0.2));
        _signal.Token();

        await waiting;
    }

    [Fact]
    public async Task Token_OfAModelThatTakesLonger_WakesTheReaderEachTime()
    {
        for (int i = 0; i < 5; i++)
        {
            ValueTask waiting = _signal.WaitAsync();
            _signal.Token();
            await waiting;
            _time.Advance(1.Milliseconds());
        }
    }

    [Fact]
    public async Task Flush_WithATokenHeld_WakesTheReader()
    {
        _signal.Token();
        await _signal.WaitAsync();
        ValueTask waiting = _signal.WaitAsync();
        _signal.Flush();
        Assert.False(waiting.IsCompleted);
        _signal.Token();

        _signal.Flush();

        await waiting;
    }

    [Fact]
    public async Task Set_BeforeTheReaderWaits_IsNotLost()
    {
        _signal.Set();
        _signal.Set();

        await _signal.WaitAsync();

        ValueTask next = _signal.WaitAsync();
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task WaitAsync_ManyTimesWhileAnotherThreadWrites_MissesNothing()
    {
        var signal = new TokenSignal(TimeProvider.System);
        int written = 0, read = 0;
        Task writer = Task.Run(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                Interlocked.Increment(ref written);
                signal.Token();
            }

            signal.Set();
        });

        while (read < 100_000)
        {
            await signal.WaitAsync();
            read = Volatile.Read(ref written);
        }

        await writer;
    }
}
