using System.Text.RegularExpressions;
using AgentChain.Blocks.Sentences;

namespace AgentChain.Tests.Blocks.Sentences;

public partial class SentenceChunkerTests
{
    [Theory]
    [InlineData("your balance is $12.40. it is due on march 3.", "your balance is $12.40.|it is due on march 3.")]
    [InlineData("Hello there. How are you? Fine!", "Hello there.|How are you?|Fine!")]
    [InlineData("it costs $49.99 or 3.5 percent. ok", "it costs $49.99 or 3.5 percent.|ok")]
    [InlineData("ask mr. smith and dr. jones. they know.", "ask mr. smith and dr. jones.|they know.")]
    [InlineData("the store on st. james street. it is open.", "the store on st. james street.|it is open.")]
    [InlineData("open from 9 a.m. to 5 p.m. on friday. come by.", "open from 9 a.m. to 5 p.m. on friday.|come by.")]
    [InlineData("We open at 9 a.m. Please come.", "We open at 9 a.m.|Please come.")]
    [InlineData("fruit, e.g. apples. ok.", "fruit, e.g. apples.|ok.")]
    [InlineData("well... let me look. found it.", "well... let me look.|found it.")]
    [InlineData("Well... Let me look.", "Well...|Let me look.")]
    [InlineData("really?! yes.", "really?!|yes.")]
    [InlineData("he said \"stop.\" then he left. ok", "he said \"stop.\"|then he left.|ok")]
    [InlineData("He said \"Stop.\" then he left. \"Go!\" She went.", "He said \"Stop.\" then he left.|\"Go!\"|She went.")]
    [InlineData("it is late (see page 3. it says so). really.", "it is late (see page 3. it says so).|really.")]
    [InlineData("(it is late.) go home.", "(it is late.)|go home.")]
    [InlineData("1. open the app. 2. press reset.", "1. open the app.|2. press reset.")]
    [InlineData("first line\nsecond line\r\n\r\nthird", "first line|second line|third")]
    [InlineData("hello [name_1]. your card is [card_1].", "hello [name_1].|your card is [card_1].")]
    [InlineData("see example.com for more. bye.", "see example.com for more.|bye.")]
    [InlineData("george w. bush was president. ok.", "george w. bush was president.|ok.")]
    [InlineData("no. i cannot do that.", "no.|i cannot do that.")]
    [InlineData("今日は。元気ですか？はい", "今日は。|元気ですか？|はい")]
    [InlineData("   ", "")]
    [InlineData("no end", "no end")]
    public void Regroup_Text_CutsIntoSentences(string text, string expected)
    {
        string[] wanted = expected.Length == 0 ? [] : expected.Split('|');
        Assert.Equal(wanted, Feed(SentenceChunker.Default, [text]));
        Assert.Equal(wanted, Feed(SentenceChunker.Default, text.Select(c => c.ToString())));
    }

    [Fact]
    public void Add_SpaceAfterFirstSentence_GivesItAtOnce()
    {
        List<string> ready = [];
        IRegrouper<string, string> stream = SentenceChunker.Default.Begin();
        stream.Add("your balance is $12", ready);
        stream.Add(".", ready);
        stream.Add("40", ready);
        stream.Add(".", ready);
        Assert.Empty(ready);
        stream.Add(" it", ready);
        Assert.Equal(["your balance is $12.40."], ready);
        stream.Complete(ready);
        Assert.Equal("it", ready[^1]);
    }

    [Theory]
    [InlineData("one two three, four five six seven eight", 20, "one two three,|four five six seven|eight")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaa", 10, "aaaaaaaaaa|aaaaaaaaaa|aaaaa")]
    [InlineData("😀😀😀😀😀😀😀", 9, "😀😀😀😀|😀😀😀")]
    [InlineData("(never closed. this goes on. and on.", 16, "(never closed.|this goes on.|and on.")]
    public void Regroup_LongSentence_IsCutAtCommaOrSpace(string text, int maxLength, string expected)
    {
        var chunker = new SentenceChunker(new SentenceChunkerOptions { MaxLength = maxLength });
        Assert.Equal(expected.Split('|'), Feed(chunker, [text]));
        Assert.Equal(expected.Split('|'), Feed(chunker, text.Select(c => c.ToString())));
    }

    [Fact]
    public void Regroup_AnyTokens_LosesNothingButSpaceAtTheCuts()
    {
        var random = new Random(7);
        string[] parts =
        [
            "hello", " world", ".", " ", "\n", "Mr", ". ", "$3", ".5", "!?", "...", "…", "(", ") ", "\"", "a.m.", ", ", "😀", "I", "。", "[name_1]", "\t",
        ];
        var small = new SentenceChunker(new SentenceChunkerOptions { MaxLength = 12 });
        for (int round = 0; round < 3000; round++)
        {
            string[] tokens = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => parts[random.Next(parts.Length)])];
            string whole = string.Concat(tokens);
            foreach (SentenceChunker chunker in new[] { SentenceChunker.Default, small })
            {
                List<string> sentences = Feed(chunker, tokens);
                Assert.Equal(Feed(chunker, [whole]), sentences);
                int at = 0;
                foreach (string sentence in sentences)
                {
                    int start = whole.IndexOf(sentence, at, StringComparison.Ordinal);
                    Assert.True(start >= 0 && string.IsNullOrWhiteSpace(whole[at..start]), $"'{sentence}' is not what follows in '{whole}'.");
                    Assert.Equal(sentence.Trim(), sentence);
                    Assert.NotEqual("", sentence);
                    at = start + sentence.Length;
                }

                Assert.True(string.IsNullOrWhiteSpace(whole[at..]));
            }

            Assert.All(Feed(small, tokens), s => Assert.InRange(s.TrimEnd('.', '!', '?', '…', '"', ')', '。', ' ', '\t', '\ud83d', '\ude00').Length, 0, 12));
        }
    }

    [Fact]
    public void Constructor_TooSmallMaximum_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SentenceChunker(new SentenceChunkerOptions { MaxLength = 7 }));

    [Fact]
    public void Regroup_OwnAbbreviation_EndsNoSentence()
    {
        var chunker = new SentenceChunker(new SentenceChunkerOptions { Abbreviations = ["tech."] });
        Assert.Equal(["a tech. visit is booked.", "ok"], Feed(chunker, ["a tech. visit is booked. ok"]));
    }

    [Fact]
    public async Task Chain_Regroup_GivesSentences()
    {
        await using StreamChain<string, string> chain = Chain.From<string>("speak")
            .Stream<string>("tokens", (text, _, _) => Words().Matches(text).Select(m => m.Value).ToAsyncEnumerable())
            .Regroup("sentences", SentenceChunker.Default)
            .Build();
        Assert.Equal(["one two.", "three."], await chain.RunToListAsync("one two. three."));
    }

    static List<string> Feed(SentenceChunker chunker, IEnumerable<string> tokens)
    {
        List<string> ready = [];
        IRegrouper<string, string> stream = chunker.Begin();
        foreach (string token in tokens)
        {
            stream.Add(token, ready);
        }

        stream.Complete(ready);
        return ready;
    }

    [GeneratedRegex(@"\s*\S+")]
    private static partial Regex Words();
}
