using Microsoft.Playwright;

namespace Throng.KernelTests;

/// <summary>
/// Playwright from a test that stays on its thread: what comes after an await may be on another, in another network.
/// </summary>
internal static class Awaiting
{
    public static void Await(this Task task) => task.GetAwaiter().GetResult();

    public static T Await<T>(this Task<T> task) => task.GetAwaiter().GetResult();

    /// <summary>Waits until an element shows a text.</summary>
    public static void Shows(this IPage page, string selector, string text) => page.Locator(selector)
        .Filter(new LocatorFilterOptions { HasText = text }).First.WaitForAsync().Await();

    public static string TextOf(this IPage page, string selector) =>
        page.Locator(selector).InnerTextAsync().Await().Replace('\u00a0', ' ');

    public static T Ask<T>(this IPage page, string script) => page.EvaluateAsync<T>(script).Await();

    public static void Press(this IPage page, string key) => page.Keyboard.PressAsync(key).Await();
}
