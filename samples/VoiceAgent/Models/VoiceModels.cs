using AgentChain;
using AgentChain.Devices;
using AgentChain.Extensions.AI;
using AgentChain.Onnx.Extensions.AI;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Speech.Endpointing;
using AgentChain.Onnx.Speech.Recognition;
using AgentChain.Onnx.Speech.Synthesis;
using Microsoft.Extensions.AI;
using VoiceAgent.CommandLine;
using VoiceAgent.Knowledge;

namespace VoiceAgent.Models;

/// <summary>The four models on one device, as blocks. Chains share them; dispose the chains first.</summary>
sealed class VoiceModels : IDisposable
{
    /// <summary>More tokens than any prompt of the sample needs.</summary>
    const int LongestPrompt = 1024;

    /// <summary>More tokens than any message of the language model needs: an end for one that loses its way.</summary>
    const int LongestMessage = 96;

    /// <summary>No fresh noise, so that discarded early speech does not change the sound of later sentences.</summary>
    static readonly SpeechStyle Steady = new() { NoiseScale = 0 };

    readonly Stack<IDisposable> _loaded = [];

    VoiceModels(OnnxRuntimeHost host, string device, string folder, TimeSpan endpointWait, EmbedderChoice embedder, LanguageServer? server)
    {
        DeviceRequest place = DeviceRequest.Named(device);
        var devices = Keep(new DeviceScheduler(host.Devices));
        var recognizer = Keep(CtcRecognizer.Load(host, Path.Combine(folder, "recognizer"), place));
        (Client, ClientOptions) = server is null ? (OwnClient(host, folder, place), null) : RemoteClient(server);
        IsRemote = server is not null;
        var voice = Keep(PiperVoice.Load(host, Path.Combine(folder, "voice"), place));
        Embedder = Keep(embedder == EmbedderChoice.MiniLm
            ? SentenceEmbedder.Load(host, MiniLm.Find(ModelFolder.MiniLm), place, MiniLm.Options)
            : SentenceEmbedder.Load(host, Path.Combine(folder, "embedder"), place));
        Device = device;
        Devices = devices;
        Listener = Keep(new LiveRecognitionBlock(recognizer, new RecognitionBlockOptions
        {
            Endpointing = new EndpointerOptions { HangOverMilliseconds = (int)endpointWait.TotalMilliseconds },
        }));
        Recognizer = Keep(new RecognitionBlock(recognizer));
        Voice = new SpeechSynthesisBlock(voice, Steady);
    }

    /// <summary>Gets the device's name.</summary>
    public string Device { get; }

    public IDeviceScheduler Devices { get; }

    /// <summary>The recognizer of callers' speech.</summary>
    public LiveRecognitionBlock Listener { get; }

    /// <summary>The recognizer of recordings, such as our own answers.</summary>
    public RecognitionBlock Recognizer { get; }

    /// <summary>Gets the language model: our own, or that of a server.</summary>
    public IChatClient Client { get; }

    /// <summary>Gets the options of requests to a server.</summary>
    public ChatOptions? ClientOptions { get; }

    /// <summary>Gets a value that indicates whether the language model is that of a server.</summary>
    public bool IsRemote { get; }

    public SpeechSynthesisBlock Voice { get; }

    public SentenceEmbedder Embedder { get; }

    /// <summary>Loads the models.</summary>
    /// <param name="folder">The folder with a subfolder for each model.</param>
    /// <param name="device">The device for the models.</param>
    /// <param name="endpointWait">The silence that ends a question.</param>
    /// <param name="embedder">The encoder that finds documents.</param>
    /// <param name="server">The server that answers in the place of our own language model.</param>
    public static VoiceModels Load(
        string folder, string device, TimeSpan endpointWait, EmbedderChoice embedder = EmbedderChoice.Own, LanguageServer? server = null)
    {
        var host = new OnnxRuntimeHost();
        try
        {
            return new VoiceModels(host, host.Find(DeviceRequest.Named(device)).Device.Name, folder, endpointWait, embedder, server);
        }
        catch (DeviceNotPresentException)
        {
            string problems = string.Concat(host.Problems.Select(p => $" {p}"));
            throw new VoiceAgentException(
                ExitCode.Usage, $"Device '{device}' is not present; there {(host.Devices.Count == 1 ? "is" : "are")} {string.Join(", ", host.Devices.Select(d => d.Name))}.{problems}");
        }
    }

    /// <summary>Declares that what a server's language model reads leaves this machine.</summary>
    public StreamSetup<AgentRequest, ChatResponseUpdate> PlaceLanguage(StreamSetup<AgentRequest, ChatResponseUpdate> setup) =>
        IsRemote ? setup.SendsOut() : setup;

    /// <summary>Embeds and indexes the documents.</summary>
    public async Task<HybridIndex> IndexAsync(IEnumerable<RetrievalDocument> documents, CancellationToken cancellationToken)
    {
        using DeviceLease lease = await Devices.AcquireAsync(new PlacementRequest("index", DeviceRequest.Named(Device)), cancellationToken);
        return await HybridIndex.BuildAsync(Embedder, lease.Lane, documents, new HybridIndexOptions { Top = 8 }, cancellationToken);
    }

    public void Dispose()
    {
        while (_loaded.TryPop(out IDisposable? last))
        {
            last.Dispose();
        }
    }

    OwnLanguage OwnClient(OnnxRuntimeHost host, string folder, DeviceRequest place)
    {
        LanguageModel model = Keep(LanguageModel.Load(
            host, Path.Combine(folder, "language-model"), place,
            new LanguageModelOptions { MaxLength = LongestPrompt, MaxConcurrency = 2 }));
        return Keep(new OwnLanguage(model.AsChatClient(new OnnxChatClientOptions
        {
            ModelId = "customer-line", ToolPrompt = OwnLanguage.Names, Generation = model.Defaults with { MaxTokens = LongestMessage },
        })));
    }

    (IChatClient Client, ChatOptions Options) RemoteClient(LanguageServer server)
    {
        RemoteLanguage language = Keep(new RemoteLanguage(server));
        return (language.Client, language.Options);
    }

    T Keep<T>(T model)
        where T : IDisposable
    {
        _loaded.Push(model);
        return model;
    }
}
