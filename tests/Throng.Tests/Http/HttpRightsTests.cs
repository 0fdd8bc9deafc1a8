using System.Text;
using Xunit;

namespace Throng.Tests;

public sealed class HttpRightsTests
{
    private const string Token = "0123456789abcdef0123";

    [Theory]
    [InlineData("127.0.0.1:7080", null)]
    [InlineData("[::1]:7080", null)]
    [InlineData("localhost:7080", null)]
    [InlineData("LOCALHOST", null)]
    [InlineData("run.example:80", null)]
    [InlineData("evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("127.0.0.1@evil.example", 421)]
    [InlineData("evil.example@127.0.0.1", 421)]
    [InlineData("", 421)]
    public void Only_a_name_of_this_host_is_answered(string host, int? refused) =>
        Assert.Equal(refused, new HttpRights("run.example", "").Refuse(Question("GET", "/", ("Host", host)))?.Status);

    [Theory]
    [InlineData("GET", "http://evil.example", null)]
    [InlineData("POST", "http://127.0.0.1:7080", null)]
    [InlineData("POST", "http://127.0.0.1:7081", 403)]
    [InlineData("POST", "http://evil.example", 403)]
    [InlineData("PATCH", "null", 403)]
    [InlineData("POST", "", null)]
    public void A_change_comes_from_our_page_or_from_none(string method, string origin, int? refused) =>
        Assert.Equal(refused, new HttpRights("127.0.0.1", "").Refuse(Question(
            method, "/api/v1/stop", ("Host", "127.0.0.1:7080"), ("Origin", origin)))?.Status);

    [Theory]
    [InlineData("Bearer " + Token, null)]
    [InlineData("bearer  " + Token + " ", null)]
    [InlineData("Bearer " + Token + "0", 401)]
    [InlineData("Bearer 0123456789abcdef012", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("", 401)]
    [InlineData("Basic !", 401)]
    public void A_token_is_shown_whole(string authorization, int? refused) =>
        Assert.Equal(refused, new HttpRights("h", Token).Refuse(Question(
            "GET", "/", ("Host", "h"), ("Authorization", authorization)))?.Status);

    [Fact]
    public void A_browser_sends_it_as_a_password_and_a_probe_not_at_all()
    {
        HttpRights rights = new("h", Token);
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("anyone:" + Token));
        Assert.Null(rights.Refuse(Question("GET", "/", ("Host", "h"), ("Authorization", "Basic " + basic))));
        Assert.Null(rights.Refuse(Question("GET", "/readyz", ("Host", "h"))));
        Assert.Equal(401, rights.Refuse(Question("GET", "/readyz/", ("Host", "h")))?.Status);
    }

    private static HttpQuestion Question(string method, string path, params (string Name, string Value)[] headers) =>
        new(method, path, name => headers.FirstOrDefault(one => one.Name == name).Value ?? "", default);
}
