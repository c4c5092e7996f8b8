using System.Numerics.Tensors;
using System.Text.Json;
using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Speech.Audio;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;

namespace AgentChain.GpuCheck.Checks;

/// <summary>Checks that the sample's models do on the device what they do on the CPU.</summary>
static class ModelChecks
{
    static readonly string[] Texts =
    [
        "what is my balance", "when is it due", "i want to move my due date to the tenth", "my name is john smith", "can i pay by card",
        "the internet is slow in the evening", "thank you, goodbye", "how do i reset the router",
    ];

    public static async Task RunAsync(CheckContext context)
    {
        await context.CheckAsync("embedder: vectors as on the CPU (cosine at least 0.999)", () =>
        {
            using var onDevice = SentenceEmbedder.Load(context.Host, CheckContext.Model("embedder"), context.Device);
            using var onCpu = SentenceEmbedder.Load(context.Host, CheckContext.Model("embedder"), DeviceRequest.OfKind(DeviceKind.Cpu));
            float least = Texts.Min(text => TensorPrimitives.CosineSimilarity(onDevice.Embed(text), onCpu.Embed(text)));
            return (least >= 0.999f, FormattableString.Invariant($"least cosine {least:F6} on {onDevice.Device.Name}"));
        });
        await context.CheckAsync("recognizer: the words of the reference recording", () =>
        {
            string folder = CheckContext.Model("recognizer");
            using JsonDocument reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
            string expected = reference.RootElement.GetProperty("sentence").GetString()!;
            using var recognizer = CtcRecognizer.Load(context.Host, folder, context.Device);
            using CtcRecognizerStream stream = recognizer.CreateStream();
            stream.Accept(WavReader.ReadFile(Path.Combine(folder, "reference.wav")).Resample(recognizer.SampleRate).Samples.Span);
            string heard = stream.Finish().Text;
            return (heard == expected, $"'{heard}'");
        });
        await context.CheckAsync("voice: audio as on the CPU", () =>
        {
            string path = Path.Combine(CheckContext.Model("voice"), "voice.onnx");
            using var onDevice = PiperVoice.Load(context.Host, path, context.Device);
            using var onCpu = PiperVoice.Load(context.Host, path, DeviceRequest.OfKind(DeviceKind.Cpu));
            var quiet = new SpeechStyle { NoiseScale = 0, NoiseWidth = 0 };
            PcmAudio one = onDevice.Synthesize("your balance is forty two dollars.", quiet);
            PcmAudio other = onCpu.Synthesize("your balance is forty two dollars.", quiet);
            bool alike = one.Length > 0 && Math.Abs(one.Length - other.Length) <= other.Length / 50;
            return (alike, $"{one} on the device, {other} on the CPU");
        });
    }
}
