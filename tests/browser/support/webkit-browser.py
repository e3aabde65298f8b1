#!/usr/bin/python3
"""The smallest WebKitGTK browser that its WebDriver can drive and that keeps a profile.

MiniBrowser forgets everything at its end when it is driven; what a viewer's browser keeps over a
restart can only be seen with this one. It prevents tracking, as Safari does, and moves nothing for
the eye. The driver knows no code that runs before a page's own; --at-start does.

    webkit-browser.py --profile=FOLDER [--proxy=http://127.0.0.1:PORT] [--at-start=FILE.js]
"""
import argparse
import os
import signal

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--profile", required=True, type=os.path.abspath)
parser.add_argument("--proxy")
parser.add_argument("--at-start", type=argparse.FileType())
options, _ = parser.parse_known_args()

data = WebKit2.WebsiteDataManager(base_data_directory=f"{options.profile}/data",
                                  base_cache_directory=f"{options.profile}/cache")
data.set_itp_enabled(True)
if options.proxy:
    data.set_network_proxy_settings(WebKit2.NetworkProxyMode.CUSTOM,
                                    WebKit2.NetworkProxySettings.new(options.proxy, None))
context = WebKit2.WebContext.new_with_website_data_manager(data)
cookies = context.get_cookie_manager()
os.makedirs(options.profile, exist_ok=True)
cookies.set_persistent_storage(f"{options.profile}/cookies.sqlite",
                               WebKit2.CookiePersistentStorage.SQLITE)
# Tracking prevention alone decides, as in Safari: it lets no third-party cookie through.
cookies.set_accept_policy(WebKit2.CookieAcceptPolicy.ALWAYS)

content = WebKit2.UserContentManager()
if options.at_start:
    content.add_script(WebKit2.UserScript.new(
        options.at_start.read(), WebKit2.UserContentInjectedFrames.ALL_FRAMES,
        WebKit2.UserScriptInjectionTime.START, None, None))
Gtk.Settings.get_default().set_property("gtk-enable-animations", False)
windows = []


def new_view(_session):
    view = WebKit2.WebView(web_context=context, is_controlled_by_automation=True,
                           user_content_manager=content)
    window = Gtk.Window()
    window.set_default_size(1100, 800)
    window.add(view)
    window.show_all()
    windows.append(window)
    view.connect("close", lambda *_: window.destroy())
    return view


def automation_started(_context, session):
    about = WebKit2.ApplicationInfo()
    about.set_name("webkit-browser")
    session.set_application_info(about)
    session.connect("create-web-view", new_view)


context.set_automation_allowed(True)
context.connect("automation-started", automation_started)
for number in (signal.SIGTERM, signal.SIGINT):
    GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, Gtk.main_quit)
Gtk.main()
