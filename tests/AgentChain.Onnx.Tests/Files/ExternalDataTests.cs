using System.Text;
using AgentChain.Fuzz;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>A graph can keep its constants in other files. It must not read files outside its folder.</summary>
public sealed class ExternalDataTests : IDisposable
{
    readonly OnnxRuntimeHost _host = new();
    readonly string _folder = Directory.CreateTempSubdirectory("agentchain-").FullName;

    [Fact]
    public void Load_WithDataNextToIt_ReadsThem()
    {
        Write("weights.bin", out byte[] weights);
        File.WriteAllBytes(Path.Combine(_folder, "inner", "weights.bin"), weights);

        using OnnxSession session = _host.Load(Path.Combine(_folder, "inner", "model.onnx"));
        bool isChanged = false;
        using OnnxSession changed = _host.Load(Path.Combine(_folder, "inner", "model.onnx"), default, null, Read);

        Assert.NotEmpty(session.Inputs);
        Assert.NotEmpty(changed.Inputs);
        Assert.True(isChanged);

        byte[] Read(string path)
        {
            // Without the file, only what was changed can be loaded.
            byte[] model = File.ReadAllBytes(path);
            File.Delete(path);
            isChanged = true;
            return model;
        }
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("a/../../weights.bin")]
    [InlineData("ABSOLUTE")]
    public void Load_WithDataOutsideItsFolder_IsRefused(string location)
    {
        string outside = Path.Combine(_folder, "weights.bin");
        Write(location == "ABSOLUTE" ? outside : location, out byte[] weights);
        File.WriteAllBytes(outside, weights);
        Directory.CreateDirectory(Path.Combine(_folder, "inner", "a"));

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => _host.Load(Path.Combine(_folder, "inner", "model.onnx")));

        Assert.Contains("model.onnx", error.Message, StringComparison.Ordinal);
        Assert.Throws<OnnxModelException>(() => _host.Load(Path.Combine(_folder, "inner", "model.onnx"), default, null, File.ReadAllBytes));
    }

    [Fact]
    public void Load_OfAChangeThatIsRefused_LoadsTheFile()
    {
        Write("weights.bin", out byte[] weights);
        File.WriteAllBytes(Path.Combine(_folder, "inner", "weights.bin"), weights);

        using OnnxSession session = _host.Load(Path.Combine(_folder, "inner", "model.onnx"), default, null, static _ => [1, 2, 3]);

        Assert.NotEmpty(session.Inputs);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // TensorProto: 9 is the raw data, 13 a list of keys and values about external data, 14 its location: 1 for external.
    void Write(string location, out byte[] weights)
    {
        ProtobufTree model = ProtobufTree.Parse(File.ReadAllBytes(Fixture.Path("countdown.onnx")));
        List<ProtobufField> tensor = model.Fields.First(f => f.Number == 7).Message!.Fields
            .Where(f => f.Number == 5).Select(f => f.Message!.Fields).First(t => t.Any(f => f.Number == 9 && f.Bytes.Length >= 64));
        weights = tensor.First(f => f.Number == 9).Bytes;
        tensor.RemoveAll(f => f.Number == 9);
        tensor.Add(Entry("location", location));
        tensor.Add(Entry("offset", "0"));
        tensor.Add(Entry("length", weights.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        tensor.Add(new ProtobufField(14, 0) { Value = 1 });
        Directory.CreateDirectory(Path.Combine(_folder, "inner"));
        File.WriteAllBytes(Path.Combine(_folder, "inner", "model.onnx"), model.ToBytes());
    }

    static ProtobufField Entry(string key, string value)
    {
        var entry = new ProtobufTree();
        entry.Fields.Add(new ProtobufField(1, 2) { Bytes = Encoding.UTF8.GetBytes(key) });
        entry.Fields.Add(new ProtobufField(2, 2) { Bytes = Encoding.UTF8.GetBytes(value) });
        return new ProtobufField(13, 2) { Message = entry };
    }
}
