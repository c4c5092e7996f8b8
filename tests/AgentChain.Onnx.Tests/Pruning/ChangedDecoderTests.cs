using AgentChain.Onnx.Language;
using AgentChain.Onnx.Pruning;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;
using Google.Protobuf;

namespace AgentChain.Onnx.Tests.Pruning;

/// <summary>Decoders of which nodes were exchanged at random: with the last logits only they give the same row, or the same kind of error.</summary>
public sealed class ChangedDecoderTests : IDisposable
{
    static readonly string[] Elements = ["Add", "Sub", "Mul", "Div", "Max", "Min"];
    static readonly string[] Single = ["Tanh", "Sigmoid", "Relu", "Neg", "Identity", "Abs", "Softmax", "Exp"];

    readonly OnnxRuntimeHost _host = new();
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentchain");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("tiny-genai")]
    [InlineData("tiny-optimum")]
    public void LastLogitsOnly_OfADecoderWithOtherNodes_ChangesNothing(string name)
    {
        foreach (string file in Directory.GetFiles(Fixture.Path(name)))
        {
            File.Copy(file, Path.Combine(_folder.FullName, Path.GetFileName(file)));
        }

        string path = Path.Combine(_folder.FullName, "model.onnx");
        byte[] original = File.ReadAllBytes(path);
        int same = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            ModelPart model = ModelPart.Parser.ParseFrom(original);
            Change(model.Graph, new Random(seed));
            File.WriteAllBytes(path, model.ToByteArray());
            (float[]? expected, string? error) = Read(last: false);
            (float[]? actual, string? other) = Read(last: true);
            Assert.True(error is null == other is null, $"seed {seed}: {error} and {other}");
            if (expected is not null && actual is not null)
            {
                same++;
                float tolerance = 1e-3f * Math.Max(1e-3f, expected.Max(Math.Abs));
                Assert.All(expected.Zip(actual), p => Assert.True(p.First.Equals(p.Second) || Math.Abs(p.First - p.Second) <= tolerance, $"seed {seed}: {p}"));
            }
        }

        Assert.InRange(same, 8, 50);
    }

    (float[]?, string?) Read(bool last)
    {
        try
        {
            using LanguageModel model = LanguageModel.Load(_host, _folder.FullName, options: new() { MaxLength = 64, LastLogitsOnly = last });
            using KeyValueCache cache = model.CreateCache();
            return (cache.Read([5, 9, 2, 11, 7]).ToArray(), null);
        }
        catch (OnnxModelException error)
        {
            return (null, error.Message);
        }
    }

    static void Change(GraphPart graph, Random random)
    {
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            int at = graph.Node.Count - 1 - random.Next(Math.Min(graph.Node.Count, random.Next(2) == 0 ? 12 : 40));
            NodePart node = graph.Node[at], earlier = graph.Node[random.Next(Math.Max(0, at - 12), Math.Max(1, at))];
            switch (random.Next(6))
            {
                case 0 when Elements.Contains(node.OpType):
                    node.OpType = Any(Elements, random);
                    break;
                case 1 when node.Input.Count > 0:
                    node.Input[random.Next(node.Input.Count)] = Any(earlier.Output, random);
                    break;
                case 2 when node.Attribute.FirstOrDefault(a => a.Name is "axis" or "keepdims") is { } attribute:
                    attribute.I = random.Next(-3, 3);
                    break;
                case 3 when node.Input.Count > 0:
                    graph.Node.Insert(at, new NodePart { OpType = Any(Single, random), Input = { node.Input[0] }, Output = { $"new.{i}" } });
                    node.Input[0] = $"new.{i}";
                    break;
                case 4 when node.Input.Count > 1:
                    (node.Input[0], node.Input[1]) = (node.Input[1], node.Input[0]);
                    break;
                case 5 when node.Input.Count > 0:
                    graph.Node.Insert(at, new NodePart { OpType = Any(Elements, random), Input = { node.Input[0], earlier.Output[0] }, Output = { $"new.{i}" } });
                    node.Input[0] = $"new.{i}";
                    break;
            }
        }
    }

    static string Any(IList<string> of, Random random) => of[random.Next(of.Count)];
}
