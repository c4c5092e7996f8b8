using AgentChain;
using AgentChain.Onnx.Speech.Audio;
using VoiceAgent.Models;

namespace VoiceAgent.Tests.Models;

/// <summary>What the chain relies on when it starts models early.</summary>
public sealed class VoiceModelsTests
{
    const string Sentence = "your balance is sixty four dollars and ten cents.";

    [Fact]
    public async Task Voice_SameSentenceAfterOthers_GivesTheSameSamples()
    {
        using var models = VoiceModels.Load(ModelFolder.Find(null), "cpu", TimeSpan.FromMilliseconds(500));
        await using StreamChain<string, PcmAudio> say = Chain.From<string>("say")
            .Stream("speak", models.Voice, o => o.On(models.Device))
            .Build(new ChainOptions { Devices = models.Devices });

        float[] first = await SpokenAsync(say, Sentence);
        _ = await SpokenAsync(say, "please ask me again.");
        _ = await SpokenAsync(say, "hello.");

        Assert.NotEmpty(first);
        Assert.Equal(first, await SpokenAsync(say, Sentence));
    }

    static async Task<float[]> SpokenAsync(StreamChain<string, PcmAudio> say, string text) =>
        PcmAudio.Concat(await say.RunToListAsync(text)).Samples.ToArray();
}
