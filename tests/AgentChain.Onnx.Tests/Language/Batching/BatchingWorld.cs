using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>The parts of a model that decode several sequences, without the rest of it.</summary>
sealed class BatchingWorld : IDisposable
{
    public static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    readonly List<KeyValueCache> _caches = [];
    readonly LanguageModelInstruments _instruments = new(null, "test", "cpu", null);
    readonly LanguageModelOptions _options = new() { PrefillChunk = 8 };
    readonly Tokenizer _tokenizer;

    public BatchingWorld(string? folder = null, int rows = 4, int most = 4)
    {
        LanguageModelLayout layout = LanguageModelLayoutReader.Read(folder ?? Fixture.Path("tiny-genai"));
        _tokenizer = TokenizerReader.Load(layout.TokenizerPath);
        Graph = new DecoderGraph(new OnnxRuntimeHost().Load(layout.ModelPath), layout, 160);
        Arena = new KeyValueArena(Graph, rows, most);
        Runner = new BatchRunner(Graph, Arena, most, _instruments, TimeProvider.System);
        Loop = new DecodeLoop(16, Runner);
    }

    public DeviceLane Lane { get; } = new("batching");

    public DecoderGraph Graph { get; }

    public KeyValueArena Arena { get; }

    public BatchRunner Runner { get; }

    public DecodeLoop Loop { get; }

    public void Dispose()
    {
        Lane.Dispose();
        _caches.ForEach(c => c.Dispose());
        Runner.Dispose();
        Arena.Dispose();
        Graph.Dispose();
        _instruments.Dispose();
        Assert.Equal(0, Graph.Session.LiveBindings);
    }

    public SharedKeyValueCache Cache()
    {
        var cache = new SharedKeyValueCache(Graph, Arena);
        _caches.Add(cache);
        return cache;
    }

    public static int[] Prompt(int seed, int length)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(10, 90))];
    }

    public TokenGenerator Generator(int[] prompt, int tokens, SharedKeyValueCache? cache = null) => new(
        _options, [], new GenerationOptions { MaxTokens = tokens }, cache ?? Cache(), prompt, _tokenizer.CreateDecoder(), TimeProvider.System, "test");

    /// <summary>A member that has read its prompt, and whose reader gets the tokens after the first.</summary>
    public DecodeMember Member(int seed, Func<GeneratedToken, bool> give)
    {
        bool hasRead = false;
        var member = new DecodeMember(Lane, Generator(Prompt(seed, 5), 60), token => !hasRead || give(token), new TokenSignal(TimeProvider.System), null, default);
        while (!member.Generator.HasReadPrompt)
        {
            member.ReadPrompt();
        }

        hasRead = true;
        return member;
    }

    /// <summary>The tokens of a prompt alone, in a cache of its own.</summary>
    public List<int> Alone(int[] prompt, int tokens)
    {
        using var cache = new SharedKeyValueCache(Graph);
        var generator = new TokenGenerator(
            _options, [], new GenerationOptions { MaxTokens = tokens }, cache, prompt, _tokenizer.CreateDecoder(), TimeProvider.System, "test");
        var made = new List<int>();
        while (generator.Finish is null)
        {
            GeneratedToken? token = generator.HasReadPrompt ? generator.Step(default) : generator.ReadPrompt(default);
            if (token is { } given)
            {
                made.Add(given.Id);
            }
        }

        return made;
    }

    /// <summary>Keeps the lane busy until the result is disposed, so that generations begin together.</summary>
    public IDisposable Hold()
    {
        var held = new ManualResetEventSlim();
        _ = Lane.RunAsync(held, static (held, _) => held.Wait(Hang), default).AsTask();
        return new Release(held);
    }

    sealed class Release(ManualResetEventSlim held) : IDisposable
    {
        public void Dispose() => held.Set();
    }
}
