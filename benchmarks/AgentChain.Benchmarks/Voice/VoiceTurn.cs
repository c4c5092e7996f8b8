using AgentChain.Onnx.Speech.Audio;
using BenchmarkDotNet.Attributes;
using VoiceAgent;
using VoiceAgent.Calls;
using VoiceAgent.Knowledge;
using VoiceAgent.Listening;
using VoiceAgent.Models;
using VoiceAgent.Showing;

namespace AgentChain.Benchmarks.Voice;

/// <summary>
/// Measures a recorded question of the sample, processed as fast as possible, to the first sample of the spoken answer. A caller waits for
/// less: nearly all of the recognition happens during speech. <c>InChain</c> and <c>ByHand</c> use the same blocks.
/// </summary>
[MemoryDiagnoser]
[MedianColumn]
public class VoiceTurn
{
    VoiceModels _models = null!;
    StreamChain<Question, PcmAudio> _chain = null!;
    BlockByBlock _byHand = null!;
    PcmAudio _audio = null!;
    Account _account = null!;
    PlanBook _plans = null!;

    /// <summary>Gets or sets the bundled question.</summary>
    [Params("billing", "support", "smalltalk")]
    public string Agent { get; set; } = "";

    [GlobalSetup]
    public async Task Setup()
    {
        string sample = RepositoryFiles.Find("samples", "VoiceAgent");
        AccountBook accounts = AccountBook.Load(Path.Combine(sample, "Data", "accounts.json"));
        _account = accounts.Accounts[0];
        _plans = PlanBook.Load(Path.Combine(sample, "Data", "plans.json"));
        _models = VoiceModels.Load(RepositoryFiles.Find("models"), "cpu", 500.Milliseconds());
        Library library = await Library.OpenAsync(_models, Path.Combine(sample, "Data"), accounts, CancellationToken.None);
        _chain = VoiceChain.Build(_models, library, 60.Seconds());
        _byHand = new BlockByBlock(_models, library);
        _audio = WaveInput.Read(QuestionBook.Load(Path.Combine(sample, "Questions")).First(q => q.Agent == Agent).Path);
    }

    [Benchmark(Baseline = true, Description = "the same blocks by hand")]
    public async Task<int> ByHand() => (await _byHand.FirstSoundAsync(Ask())).Length;

    [Benchmark(Description = "voice turn to first sample")]
    public async Task<int> InChain()
    {
        await using Turn<PcmAudio> turn = _chain.Start(Ask());
        await foreach (PcmAudio sound in turn.Output)
        {
            return sound.Length;
        }

        return 0;
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await _chain.DisposeAsync();
        _models.Dispose();
    }

    Question Ask() => new(_audio.PlayAsync(null), new Caller(_account, _plans), new TurnNotes());
}
