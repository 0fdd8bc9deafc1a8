using System.Security.Cryptography;
using System.Text.Json;
using Xunit;

namespace Throng.KernelTests;

/// <summary>An OCI image layout: each blob is read by its descriptor, whose digest and size have to be right.</summary>
internal sealed class OciImage
{
    private readonly string _folder;
    private readonly Dictionary<string, JsonElement> _manifests = [];

    public OciImage(string folder)
    {
        _folder = folder;
        Assert.Equal("1.0.0", Parse(File.ReadAllBytes(Path.Combine(folder, "oci-layout")))
            .GetProperty("imageLayoutVersion").GetString());
        JsonElement outer = Parse(File.ReadAllBytes(Path.Combine(folder, "index.json")));
        Tag = Assert.Single(outer.GetProperty("manifests").EnumerateArray());
        Index = Parse(Blob(Tag));
        foreach (JsonElement manifest in Index.GetProperty("manifests").EnumerateArray())
        {
            JsonElement platform = manifest.GetProperty("platform");
            Assert.Equal("linux", platform.GetProperty("os").GetString());
            _manifests.Add(platform.GetProperty("architecture").GetString()!, Parse(Blob(manifest)));
        }
    }

    /// <summary>The one entry of index.json.</summary>
    public JsonElement Tag { get; }

    /// <summary>The index of all architectures.</summary>
    public JsonElement Index { get; }

    public IEnumerable<string> Architectures => _manifests.Keys;

    public JsonElement Config(string architecture) => Parse(Blob(_manifests[architecture].GetProperty("config")));

    /// <summary>Files with the layers of an architecture, the lowest first.</summary>
    public IEnumerable<string> Layers(string architecture)
    {
        foreach (JsonElement layer in _manifests[architecture].GetProperty("layers").EnumerateArray())
        {
            _ = Blob(layer);
            yield return PathOf(layer);
        }
    }

    /// <summary>Unpacks all layers; into what is left.</summary>
    public void Unpack(string architecture, string root)
    {
        foreach (string layer in Layers(architecture))
        {
            ReleaseFiles.Done("tar", "-xzf", layer, "-C", root);
        }
    }

    public static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private byte[] Blob(JsonElement descriptor)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(descriptor));
        Assert.Equal(descriptor.GetProperty("size").GetInt64(), bytes.Length);
        Assert.Equal(descriptor.GetProperty("digest").GetString(), Digest(bytes));
        return bytes;
    }

    private string PathOf(JsonElement descriptor) =>
        Path.Combine(_folder, "blobs", descriptor.GetProperty("digest").GetString()!.Replace(':', '/'));

    private static JsonElement Parse(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
