using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;

namespace AgentChain.Onnx.Tests.Retrieval;

/// <summary>
/// What the files beside an encoder state, and what the options add, on a graph whose token vectors are [CLS] (4, 0), [SEP] (0, 4), red
/// (3, 0), green (0, 1) and blue (-1, 0).
/// </summary>
public sealed class EmbedderFilesTests
{
    const string Hidden = "tiny-encoder-hidden";

    readonly OnnxRuntimeHost _host = new();

    [Fact]
    public void Load_WhereNothingStatesThePooling_NamesBothWays()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer();

        string message = Message(folder);

        Assert.Contains("1_Pooling/config.json", message, StringComparison.Ordinal);
        Assert.Contains("SentenceEmbedderOptions.Pooling", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAGraphThatPools_NeedsNoPooling()
    {
        using EmbedderFolder folder = new EmbedderFolder("tiny-encoder-pooled").WithTokenizer();

        Check(folder, null, "red green", 4, 4);
    }

    [Theory]
    [InlineData(SentencePooling.Mean, 7f / 3, 4f / 3)]
    [InlineData(SentencePooling.First, 4, 0)]
    [InlineData(SentencePooling.Max, 4, 4)]
    [InlineData(SentencePooling.Last, 0, 4)]
    public void Embed_WithThePoolingOfTheOptions_PoolsSo(SentencePooling pooling, float x, float y)
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer();

        Check(folder, new() { Pooling = pooling, Normalize = false }, "red", x, y);
    }

    [Theory]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""", 4, 0)]
    [InlineData("""{"pooling_mode_mean_tokens": true}""", 7f / 3, 4f / 3)]
    [InlineData("""{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}""", 4, 4)]
    [InlineData("""{"pooling_mode_lasttoken": true}""", 0, 4)]
    [InlineData("""{"pooling_mode": "cls"}""", 4, 0)]
    public void Embed_WithThePoolingOfTheFile_PoolsSo(string config, float x, float y)
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer().With("1_Pooling/config.json", config);

        Check(folder, new() { Normalize = false }, "red", x, y);
    }

    [Theory]
    [InlineData("""{"pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": true}""", "[mean_tokens, max_tokens]")]
    [InlineData("""{"pooling_mode_weightedmean_tokens": true}""", "[weightedmean_tokens]")]
    [InlineData("""{"pooling_mode_mean_tokens": "yes"}""", "'pooling_mode_mean_tokens' is a string, but true or false is required")]
    [InlineData("[]", "an object is required")]
    [InlineData("{", "is not valid JSON")]
    public void Load_WithAPoolingFileItCannotFollow_NamesTheFileAndTheValue(string config, string says)
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer().With("1_Pooling/config.json", config);

        string message = Message(folder);

        Assert.Contains("config.json", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WherePoolingOptionAndFileDisagree_SaysSo()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer().With("1_Pooling/config.json", """{"pooling_mode_mean_tokens": true}""");

        Assert.Contains("Mean, but the options for First", Message(folder, new() { Pooling = SentencePooling.First }), StringComparison.Ordinal);
    }

    [Fact]
    public void Embed_WithABareVocabulary_EncodesLikeItsTokenizer()
    {
        using EmbedderFolder bare = new EmbedderFolder(Hidden).WithVocabulary("##ish", "café");
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, bare.Path, options: new() { Lowercase = true, Pooling = SentencePooling.Mean });

        Assert.Equal([2, 4, 7, 5, 1, 3], embedder.Tokenizer.EncodeWithin("Redish\tGREEN purple", 64));
        Assert.Equal(256, embedder.MaxTokens);
        // Lower case strips accents too, so the accented entry is out of reach.
        Assert.Equal([2, 1, 3], embedder.Tokenizer.EncodeWithin("Café", 64));
    }

    [Theory]
    [InlineData("""{"do_lower_case": true, "model_max_length": 4}""", new[] { 2, 4, 3 }, 4)]
    [InlineData("""{"do_lower_case": false, "model_max_length": 1000000000000000019884624838656}""", new[] { 2, 1, 3 }, 256)]
    public void Load_WithATokenizerConfiguration_FollowsIt(string config, int[] ids, int maxTokens)
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithVocabulary().With("tokenizer_config.json", config);
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean });

        Assert.Equal(ids, embedder.Tokenizer.EncodeWithin("Red", 64));
        Assert.Equal(maxTokens, embedder.MaxTokens);
    }

    [Fact]
    public void Load_WhereNothingStatesTheCase_NamesBothWays()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithVocabulary();

        string message = Message(folder, new() { Pooling = SentencePooling.Mean });

        Assert.Contains("tokenizer_config.json", message, StringComparison.Ordinal);
        Assert.Contains("option Lowercase", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WhereCaseOptionAndFileDisagree_SaysSo()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithVocabulary().With("tokenizer_config.json", """{"do_lower_case": true}""");

        Assert.Contains("'do_lower_case' is True", Message(folder, new() { Lowercase = false }), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAVocabularyWithoutControlTokens_NamesTheTokenAndTheFile()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).With("vocab.txt", "[UNK]\nred\n");

        string message = Message(folder, new() { Lowercase = true, Pooling = SentencePooling.Mean });

        Assert.Contains("'[CLS]'", message, StringComparison.Ordinal);
        Assert.Contains("tokenizer_config.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WithOtherControlTokens_FindsThemInTheConfiguration()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).With("vocab.txt", "<pad>\n<unk>\n<s>\n</s>\nred\n").With(
            "tokenizer_config.json", """{"do_lower_case": true, "cls_token": "<s>", "sep_token": {"content": "</s>"}, "unk_token": "<unk>"}""");
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean });

        Assert.Equal([2, 4, 1, 3], embedder.Tokenizer.EncodeWithin("red blue", 64));
    }

    [Fact]
    public void Load_WithoutAnyTokenizer_NamesBothFiles()
    {
        using var folder = new EmbedderFolder(Hidden);

        Assert.Contains("no tokenizer.json or vocab.txt", Message(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, 5)]
    [InlineData(4, null, 4)]
    [InlineData(null, 3, 3)]
    [InlineData(4, 200, 4)]
    public void MaxTokens_OfFilesAndOptions_IsTheLowest(int? file, int? option, int expected)
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer();
        if (file is not null)
        {
            folder.With("sentence_bert_config.json", $$"""{"max_seq_length": {{file}}}""");
        }

        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean, MaxTokens = option });

        Assert.Equal(expected, embedder.MaxTokens);
    }

    [Theory]
    [InlineData("Transformer, Pooling, Normalize", null, true)]
    [InlineData("Transformer, Pooling", null, false)]
    [InlineData("Transformer, Pooling", true, true)]
    [InlineData("Transformer, Pooling, Normalize", false, false)]
    [InlineData(null, null, true)]
    public void Embed_NormalizesAsTheModulesOrTheOptionSay(string? modules, bool? option, bool expected)
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer();
        if (modules is not null)
        {
            IEnumerable<string> entries = modules.Split(", ").Select(m => $$"""{"type": "sentence_transformers.models.{{m}}"}""");
            folder.With("modules.json", $"[{string.Join(',', entries)}]");
        }

        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.First, Normalize = option });

        Assert.Equal(expected ? 1 : 4, embedder.Embed("red")[0]);
    }

    [Fact]
    public void Load_WithAStepThatTheGraphLacks_NamesIt()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer().With("modules.json", """[{"type": "sentence_transformers.models.Dense"}]""");

        Assert.Contains("'Dense'", Message(folder, new() { Pooling = SentencePooling.Mean }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetrieveAsync_WithAQueryPrefix_PutsItBeforeTheQueryOnly()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer().With("config_sentence_transformers.json", """{"prompts": {"query": "green green "}}""");
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean });
        using SentenceEmbedder without = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean, QueryPrefix = "" });
        using var lane = new DeviceLane("test");
        RetrievalDocument[] documents = [new("red", "red"), new("green", "green green")];

        HybridIndex index = await HybridIndex.BuildAsync(embedder, lane, documents, new() { WordWeight = 0 });
        RetrievalResult with = await new HybridRetriever(embedder, index).RetrieveAsync(lane, "green");

        Assert.Equal(embedder.Embed("green green green"), embedder.EmbedQuery("green"));
        Assert.Equal(without.Embed("green"), without.EmbedQuery("green"));
        Assert.Equal(embedder.Embed("green"), without.Embed("green"));
        Assert.Equal(index.Search("green", embedder.EmbedQuery("green")).Hits.Select(h => h.Cosine), with.Hits.Select(h => h.Cosine));
        Assert.NotEqual(index.Search("green", embedder.Embed("green")).Hits[0].Cosine, with.Hits[0].Cosine);
    }

    [Fact]
    public async Task Search_WithVectorsOfAnyLength_ComparesDirections()
    {
        using EmbedderFolder folder = new EmbedderFolder(Hidden).WithTokenizer();
        using SentenceEmbedder unit = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean });
        using SentenceEmbedder raw = SentenceEmbedder.Load(_host, folder.Path, options: new() { Pooling = SentencePooling.Mean, Normalize = false });
        using var lane = new DeviceLane("test");
        RetrievalDocument[] documents = [new("a", "red red"), new("b", "green"), new("c", "blue blue")];

        RetrievalResult ofUnit = (await HybridIndex.BuildAsync(unit, lane, documents)).Search("", unit.Embed("blue"));
        RetrievalResult ofRaw = (await HybridIndex.BuildAsync(raw, lane, documents)).Search("", raw.Embed("blue"));

        Assert.Equal(ofUnit.Hits.Select(h => h.Document.Id), ofRaw.Hits.Select(h => h.Document.Id));
        Assert.All(ofUnit.Hits.Zip(ofRaw.Hits), p => Assert.Equal(p.First.Cosine, p.Second.Cosine, 5));
    }

    [Fact]
    public void Load_WithAnOptionOutOfRange_NamesIt()
    {
        Assert.Equal("MaxTokens", Assert.Throws<ArgumentOutOfRangeException>(() => SentenceEmbedder.Load(_host, "x", options: new() { MaxTokens = 2 })).ParamName);
        Assert.Equal("Pooling", Assert.Throws<ArgumentOutOfRangeException>(() => SentenceEmbedder.Load(_host, "x", options: new() { Pooling = (SentencePooling)9 })).ParamName);
    }

    string Message(EmbedderFolder folder, SentenceEmbedderOptions? options = null) =>
        Assert.ThrowsAny<OnnxModelException>(() => SentenceEmbedder.Load(_host, folder.Path, options: options)).Message;

    void Check(EmbedderFolder folder, SentenceEmbedderOptions? options, string text, float x, float y)
    {
        using SentenceEmbedder embedder = SentenceEmbedder.Load(_host, folder.Path, options: options);
        float[] vector = embedder.Embed(text);
        float norm = options?.Normalize == false ? 1 : MathF.Sqrt((x * x) + (y * y));
        Assert.Equal(x / norm, vector[0], 5);
        Assert.Equal(y / norm, vector[1], 5);
    }
}
