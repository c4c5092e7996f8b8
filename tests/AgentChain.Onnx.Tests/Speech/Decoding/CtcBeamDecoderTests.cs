using System.Text.Json;
using AgentChain.Onnx.Speech.Decoding;

namespace AgentChain.Onnx.Tests.Speech.Decoding;

public class CtcBeamDecoderTests
{
    private static readonly CtcLabels Labels = new(["_", " ", "a", "b", "c", "d", "e", "n", "t"]);
    private static readonly CtcLexicon Lexicon = new(["a", "an", "and", "ant", "bad", "bed", "bet"], Labels);

    [Fact]
    public void Finish_NoisyOutputs_EqualsTheRecipesBeam()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Fixture.Path("beam.json")));
        float[] rows = Fixture.Floats("beam.f32");
        CtcLabels labels = new(json.RootElement.GetProperty("labels").GetString()!.Select(c => c.ToString()));
        CtcLexicon lexicon = new(json.RootElement.GetProperty("words").EnumerateArray().Select(w => w.GetString()!), labels);
        WordBigrams bigrams = new(
            json.RootElement.GetProperty("bigrams").EnumerateArray().Select(b => (b[0].GetString()!, b[1].GetString()!, b[2].GetInt64())),
            lexicon,
            BigramWeights.Default);
        int at = 0;
        foreach (JsonElement example in json.RootElement.GetProperty("cases").EnumerateArray())
        {
            CtcBeamDecoder decoder = new(lexicon, bigrams, new CtcBeamOptions
            {
                Alpha = example.GetProperty("alpha").GetDouble(),
                Beta = example.GetProperty("beta").GetDouble(),
                Width = example.GetProperty("width").GetInt32(),
                Cutoff = example.GetProperty("cutoff").GetDouble(),
            });
            int length = example.GetProperty("frames").GetInt32() * labels.Count;
            decoder.Accept(rows.AsSpan(at, length));
            at += length;
            Assert.Equal(example.GetProperty("beam").GetString(), decoder.Finish().Text);
        }

        Assert.Equal(rows.Length, at);
    }

    [Fact]
    public void Finish_AllHypothesesKept_PosteriorIsTheExactOne()
    {
        // Two frames over the words "a" and "b": "" has P(__); "a" has P(a_)+P(_a)+P(aa); so has "b"; other paths spell no word.
        CtcLabels labels = new(["_", " ", "a", "b"]);
        CtcBeamDecoder decoder = new(new CtcLexicon(["a", "b"], labels), null, new CtcBeamOptions { Width = 64, Beta = 0, Cutoff = -99 });
        decoder.Accept([Log(.3), Log(.05), Log(.6), Log(.05), Log(.5), Log(.1), Log(.2), Log(.2)]);

        SpeechHypothesis best = decoder.Finish();

        // With a blank label (" ") at the end "a" is the word as well: P(a )= .06. "b" + " " likewise .005.
        double a = .6 * .5 + .3 * .2 + .6 * .2 + .6 * .1, b = .05 * .5 + .3 * .2 + .05 * .2 + .05 * .1, none = .3 * .5;
        Assert.Equal("a", best.Text);
        Assert.Equal(a / (a + b + none), best.Posterior, 1e-5);
    }

    [Theory]
    [InlineData("b_a__d_ _a_n_t", "bad ant")]
    [InlineData("bbb_e_t ", "bet")]
    [InlineData("a_", "a")]
    [InlineData("______", "")]
    [InlineData("", "")]
    public void Finish_ClearOutputs_GivesTheWords(string path, string text)
    {
        CtcBeamDecoder decoder = new(Lexicon);
        decoder.Accept(CtcRows.Of(Labels, path));
        Assert.Equal(text, decoder.Finish().Text);
    }

    [Fact]
    public void Finish_MisspelledWord_GivesANeighbourOfTheLexicon()
    {
        CtcBeamDecoder decoder = new(Lexicon);
        decoder.Accept(CtcRows.Of(Labels, "b_c_d")); // "bcd"
        Assert.Contains(decoder.Finish().Text, new[] { "bad", "bed" });
    }

    [Fact]
    public void Finish_LanguageModel_DecidesBetweenWordsThatSoundAlike()
    {
        float[] rows = CtcRows.Of(Labels, "a__ _b_c_d"); // "a b?d": the acoustics leave bad and bed open
        foreach (string word in (string[])["bad", "bed"])
        {
            WordBigrams bigrams = new([(WordBigrams.Start, "a", 9), ("a", word, 9), (word, WordBigrams.End, 9)], Lexicon, BigramWeights.Default);
            CtcBeamDecoder decoder = new(Lexicon, bigrams);
            decoder.Accept(rows);
            Assert.Equal("a " + word, decoder.Finish().Text);
        }
    }

    [Fact]
    public void Accept_FramesInAnyPortions_GivesTheSame()
    {
        float[] rows = CtcRows.Of(Labels, "b_a__d_ _a_n_t", sure: 0.6);
        CtcBeamDecoder whole = new(Lexicon), single = new(Lexicon);
        whole.Accept(rows);
        for (int at = 0; at < rows.Length; at += Labels.Count)
        {
            single.Accept(rows.AsSpan(at, Labels.Count));
            _ = single.Current; // looking changes nothing
        }

        Assert.Equal(whole.Current, single.Current);
        Assert.Equal(whole.Finish(), single.Finish());
    }

    [Fact]
    public void Current_WhileAudioStreams_GrowsWithAStablePrefix()
    {
        CtcBeamDecoder decoder = new(Lexicon, null, new CtcBeamOptions { Width = 4 });
        List<SpeechHypothesis> seen = [];
        foreach (char frame in "___b__a__d__ __a__n__t__ __b__e__t___")
        {
            decoder.Accept(CtcRows.Of(Labels, frame.ToString()));
            seen.Add(decoder.Current);
        }

        SpeechHypothesis final = decoder.Finish();
        Assert.Equal("bad ant bet", final.Text);
        Assert.Equal(3, final.StableWords);
        Assert.Contains(seen, h => h.Text == "bad");
        Assert.Contains(seen, h => h.Text == "bad ant" && h.StableWords >= 1);
        string[] words = final.Text.Split(' ');
        for (int i = 0; i < seen.Count; i++)
        {
            string[] stable = [.. seen[i].Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(seen[i].StableWords)];
            Assert.Equal(stable, words.Take(stable.Length));
            Assert.InRange(seen[i].Posterior, 0, 1.0000001);
        }

        SpeechHypothesis unfinished = seen["___b__a_".Length - 1]; // "ba" is no word yet
        Assert.True(unfinished.Posterior < 0.2, $"in the middle of a word the posterior is {unfinished.Posterior}");
        Assert.True(seen[^1].Posterior > 0.8, $"after the last word the posterior is {seen[^1].Posterior}");
    }

    [Fact]
    public void Reset_AfterAnUtterance_ForgetsIt()
    {
        CtcBeamDecoder decoder = new(Lexicon);
        decoder.Accept(CtcRows.Of(Labels, "b_a_d"));
        decoder.Reset();
        Assert.Equal("", decoder.Current.Text);
        decoder.Accept(CtcRows.Of(Labels, "a_n"));
        Assert.Equal("an", decoder.Finish().Text);
    }

    [Fact]
    public void Accept_AfterWarmUp_AllocatesNothing()
    {
        CtcBeamDecoder decoder = new(Lexicon);
        float[] rows = CtcRows.Of(Labels, "b_a__d_ _a_n_t", sure: 0.6);
        for (int i = 0; i < 3; i++)
        {
            decoder.Accept(rows);
            decoder.Reset();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Accept(rows);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Accept_ImpossibleFrame_DoesNotThrow()
    {
        CtcBeamDecoder decoder = new(Lexicon);
        float[] row = new float[Labels.Count];
        row.AsSpan().Fill(float.NegativeInfinity);
        decoder.Accept(row);
        Assert.Equal("", decoder.Finish().Text);
    }

    [Fact]
    public void Constructors_BadInput_NameIt()
    {
        Assert.Contains("'q'", Assert.Throws<ArgumentException>(() => new CtcLexicon(["aq"], Labels)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CtcLexicon([], Labels));
        Assert.Throws<ArgumentException>(() => new CtcLexicon([""], Labels));
        Assert.Throws<ArgumentException>(() => new CtcLabels(["_", "a"]));
        Assert.Throws<ArgumentException>(() => new CtcLabels(["_", " ", "a", "a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CtcLabels(["_", " "], 7));
        Assert.Throws<ArgumentException>(() => new CtcBeamDecoder(Lexicon, null, new CtcBeamOptions { Width = 0 }));
        Assert.Throws<ArgumentException>(() => new CtcBeamDecoder(Lexicon).Accept(new float[5]));
    }

    private static float Log(double probability) => (float)Math.Log(probability);
}
