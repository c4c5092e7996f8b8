using System.Diagnostics.Metrics;
using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>A listener of the metrics, or a generation's clock, that throws: it costs a measurement, or that generation, and nothing else.</summary>
public sealed class HostileListenerTests : IDisposable
{
    static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    readonly OnnxRuntimeHost _host = new();
    readonly DeviceLane _lane = new("test");

    public void Dispose() => _lane.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_ListenerThrows_GivesTheTokensAndReturnsItsCache(bool whenPublished)
    {
        List<int> expected;
        using (LanguageModel calm = Load(null))
        {
            expected = await IdsAsync(calm, null);
        }

        using var meters = new Meters();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meters.Made)
            {
                listener.EnableMeasurementEvents(instrument);
                if (whenPublished)
                {
                    throw new InvalidOperationException("published");
                }
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("measured"));
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("measured"));
        listener.Start();
        using (LanguageModel model = Load(meters))
        {
            for (int round = 0; round < 3; round++)
            {
                List<int>[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => IdsAsync(model, null))).WaitAsync(Hang);
                Assert.All(together, tokens => Assert.Equal(expected, tokens));
                await model.PrefillAsync(_lane, [.. Enumerable.Range(30, 20 + round)]).AsTask().WaitAsync(Hang);
            }
        }

        Assert.Empty(_host.Ledger.Holders);
    }

    [Fact]
    public async Task Generate_ClockThrows_FailsAloneAndReturnsItsCache()
    {
        using (LanguageModel model = Load(null))
        {
            List<int> expected = await IdsAsync(model, null);
            for (int i = 0; i < 8; i++)
            {
                Task<List<int>> broken = IdsAsync(model, i % 2 == 0 ? new BrokenClock(i) : new BrokenFrequency()), other = IdsAsync(model, null);
                await ((Task)broken.WaitAsync(Hang)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                Assert.Equal(expected, await other.WaitAsync(Hang));
            }
        }

        Assert.Empty(_host.Ledger.Holders);
    }

    LanguageModel Load(IMeterFactory? meters) => LanguageModel.Load(
        _host, Fixture.Path("tiny-genai"), options: new() { MaxLength = 160, MaxConcurrency = 2, MeterFactory = meters });

    async Task<List<int>> IdsAsync(LanguageModel model, TimeProvider? clock)
    {
        List<int> ids = [];
        await foreach (GeneratedToken token in model.Generate(_lane, [.. Enumerable.Range(20, 12)], new GenerationOptions { MaxTokens = 20 }, clock))
        {
            ids.Add(token.Id);
        }

        return ids;
    }

    sealed class BrokenClock(int after) : TimeProvider
    {
        int _asked;

        public override long GetTimestamp() => ++_asked > after ? throw new InvalidOperationException("clock") : _asked;
    }

    sealed class BrokenFrequency : TimeProvider
    {
        public override long TimestampFrequency => throw new InvalidOperationException("frequency");
    }
}
